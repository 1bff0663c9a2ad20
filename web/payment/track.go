package payment

import (
	"bytes"
	"slices"
	"time"
)

// Limits of what is on the stripe of a card, sentinels included (ISO/IEC 7813).
const (
	maxTrack1 = 79
	maxTrack2 = 40
	// MaxTracks is the most that a reader types of a card: both tracks that are
	// of use, and one of 107 characters that is not.
	MaxTracks = maxTrack1 + maxTrack2 + 107
)

// ReadTrack makes a card of what a reader types when a card is swiped: track 1,
// %B…?, track 2, ;…?, or both, and perhaps a third one, which is left out. It
// answers either a card or one problem, of the field FieldTrack. The bytes belong
// to the caller; the card keeps a copy of its own.
//
// Readers that encrypt type a masked number and ciphertext behind the last
// sentinel. The upstream takes plain tracks only (docs/upstream-api.md#card-fields),
// so they are recognised and refused.
func ReadTrack(typed []byte, accepted []Brand, today time.Time) (*Card, *Problem) {
	one, two, code := splitTracks(typed)
	if code != "" {
		return nil, problem(code, FieldTrack)
	}
	number, date := trackData(one, '^')
	if second, until := trackData(two, '='); number == nil {
		number, date = second, until
	} else if second != nil && !bytes.Equal(number, second) {
		return nil, problem("track_unread", FieldTrack)
	}
	e, ok := trackExpiry(date)
	if number == nil || !ok || !Luhn(number) {
		return nil, problem("track_unread", FieldTrack)
	}
	brand := BrandOf(number)
	switch {
	case brand == "" || !slices.Contains(accepted, brand):
		return nil, problem("number_brand", FieldTrack, "brand", brand, "accepted", accepted)
	case !slices.Contains(brand.lengths(), len(number)):
		return nil, problem("track_unread", FieldTrack)
	case e.Before(today):
		return nil, problem("expiry_past", FieldTrack, "expiry", e)
	}
	card := &Card{Expiry: e, Present: true}
	card.number = Keep(append(make([]byte, 0, 24), number...))
	card.track = Keep(append(append(make([]byte, 0, len(one)+len(two)), one...), two...))
	return card, nil
}

// splitTracks finds both tracks, with their sentinels. code is what is wrong.
func splitTracks(typed []byte) (one, two []byte, code string) {
	rest := bytes.TrimRight(typed, "\r\n")
	if len(rest) == 0 {
		return nil, nil, "track_empty"
	}
	if bytes.IndexByte(rest, '*') >= 0 {
		return nil, nil, "track_encrypted"
	}
	for len(rest) > 0 {
		end := bytes.IndexByte(rest, '?')
		if end < 0 {
			if one != nil || two != nil { // what comes after all tracks is the reader's own: ciphertext, or a key's number
				return nil, nil, "track_encrypted"
			}
			return nil, nil, "track_unread"
		}
		track := rest[:end+1]
		rest = rest[end+1:]
		switch {
		case len(track) == 3 && track[1]|0x20 == 'e': // %E? is a track that the reader could not read
			return nil, nil, "track_unread"
		case track[0] == '%' && one == nil && two == nil && len(track) <= maxTrack1:
			one = track
		case track[0] == ';' && two == nil && len(track) <= maxTrack2:
			two = track
		case (track[0] == '+' || track[0] == ';') && (one != nil || two != nil) && len(track) <= 107:
			// Track 3 is a bank's.
		default:
			return nil, nil, "track_unread"
		}
	}
	return one, two, ""
}

// trackData is the number on a track, and what begins with its expiry.
func trackData(track []byte, separator byte) (number, rest []byte) {
	if len(track) < 2 {
		return nil, nil
	}
	at := 1
	if track[0] == '%' {
		if track[1]|0x20 != 'b' {
			return nil, nil
		}
		at = 2
	}
	number, rest, found := bytes.Cut(track[at:len(track)-1], []byte{separator})
	if track[0] == '%' && found {
		_, rest, found = bytes.Cut(rest, []byte{separator}) // the name
	}
	if !found || len(number) < 12 || len(number) > 19 || !digits(number) {
		return nil, nil
	}
	return number, rest
}

// trackExpiry reads YYMM.
func trackExpiry(date []byte) (Expiry, bool) {
	if len(date) < 4 || !digits(date[:4]) {
		return Expiry{}, false
	}
	year, month := prefix(date, 2), prefix(date[2:], 2)
	return Expiry{Year: 2000 + year, Month: time.Month(month)}, month >= 1 && month <= 12
}

// ChipOnTrack reports whether a track says that the card has a chip: its service
// code begins with 2 or 6. A chip card that is swiped leaves the practice with
// the risk of fraud.
func ChipOnTrack(typed []byte) bool {
	one, two, code := splitTracks(typed)
	if code != "" {
		return false
	}
	number, date := trackData(one, '^')
	if number == nil {
		_, date = trackData(two, '=')
	}
	return len(date) > 4 && (date[4] == '2' || date[4] == '6')
}

// RevealTrack hands the tracks of a card that was swiped to the one place that
// writes them into the request, and reports whether there are any. The rules are
// those of Card.Reveal.
func RevealTrack(c *Card, write func(track []byte)) bool {
	track := c.track.Bytes()
	if len(track) == 0 {
		return false
	}
	write(track)
	return true
}

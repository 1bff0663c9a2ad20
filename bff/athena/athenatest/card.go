package athenatest

import (
	"strings"
	"time"
)

// fate is what becomes of a charge, by card number.
type fate int

const (
	declined      fate = iota
	declinedCode       // declined, the security code
	saysUnknown        // the processor says "Unknown"
	approved           // charged, answered
	cutCharged         // charged, the connection is cut
	cutUncharged       // not charged, the connection is cut
	slowCharged        // charged, answered after slowAnswer
	htmlCharged        // charged, answered with a 502 page
	nonsense           // charged, answered with nonsense
	cutLate            // charged, cut, and the receipt row is late
	deniedOnce         // 401 at the first try, then approved
	tooMany            // 429
	declinedLater      // can be stored; every charge is declined
)

var fates = map[string]fate{
	"4111111111111111": approved,
	"5555555555554444": approved,
	"378282246310005":  approved,
	"6011111111111117": approved,
	"4000000000000002": declined,
	"4000000000000127": declinedCode,
	"4000000000000119": saysUnknown,
	"4000000000009011": cutCharged,
	"4000000000009029": cutUncharged,
	"4000000000009037": slowCharged,
	"4000000000009045": htmlCharged,
	"4000000000009052": nonsense,
	"4000000000009060": cutLate,
	"4000000000009078": deniedOnce,
	"4000000000009086": tooMany,
	"4000000000000341": declinedLater,
}

// brandOf is the upstream's abbreviation for a number's brand.
func brandOf(number string) string {
	switch {
	case strings.HasPrefix(number, "4"):
		return "VI"
	case strings.HasPrefix(number, "34"), strings.HasPrefix(number, "37"):
		return "AX"
	case number >= "51" && number < "56", number >= "2221" && number < "2721":
		return "MC"
	case strings.HasPrefix(number, "6011"), strings.HasPrefix(number, "65"), number >= "644" && number < "65":
		return "DS"
	}
	return ""
}

// luhn reports whether the check digit of a number is right.
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// expired reports whether a card of that month is no longer good.
func expired(year, month int, now time.Time) bool {
	y, m, _ := now.Date()
	return year < y || year == y && month < int(m)
}

// codeLength is how many digits the security code of a card has.
func codeLength(number string) int {
	if brandOf(number) == "AX" {
		return 4
	}
	return 3
}

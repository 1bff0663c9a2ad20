package desk

import (
	"regexp"
	"strings"

	"paypane/bff/dispatch"
	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// happened tells staff what the events of an attempt record, in sentences. How the
// record itself says it is for whoever runs the server: "paypane ledger show" prints
// that. Looks that told nothing, one after another, are one line with how many they
// were.
func happened(l words.Language, a ledger.Record, events []ledger.Event) (lines []web.ReviewEvent, of []ledger.Event) {
	looks, was := 0, ledger.Event{State: payment.Created}
	for _, e := range events {
		if looks++; e.What != was.What || e.State != was.State {
			looks = 1
		}
		line := sentence(l, a, was.State, e, looks)
		if looks > 1 && (e.What == ledger.EventChecked || e.What == ledger.EventUnread) {
			lines[len(lines)-1], of[len(of)-1] = line, e
		} else {
			lines, of = append(lines, line), append(of, e)
		}
		was = e
	}
	return lines, of
}

// lost is how the evidence of an outcome begins, after what was owed before, where no
// answer came, or not all of it.
var lost = regexp.MustCompile(`no answer: |answer broken off: `)

// booked is the number in the evidence of something that is done.
var booked = regexp.MustCompile(`^payment (\S+)\. `)

// sentence is an event in words, and what somebody said with it. was is the state
// before, and looks how often it happened in a row.
func sentence(l words.Language, a ledger.Record, was payment.State, e ledger.Event, looks int) (line web.ReviewEvent) {
	number := ""
	said := e.Evidence
	if found := booked.FindStringSubmatch(said); found != nil {
		said = strings.TrimPrefix(said, found[0])
		number = strings.TrimPrefix(found[1], dispatch.VendorPayments)
	}
	switch e.What {
	case ledger.EventCreated:
		line.What = l.Text("happened.created")
	case ledger.EventClaimed:
		line.What = l.Text("happened.claimed")
	case ledger.EventSending:
		line.What = l.Text("happened.sending")
	case ledger.EventSettled:
		line.What = settled(l, a, e, number)
	case ledger.EventRecovered:
		line.What = l.Text("happened.stopped", "sent", e.State == payment.Unknown)
	case ledger.EventChecked:
		line.What = l.Text("happened.looked", "count", looks, "gone", e.State == payment.NotDone)
	case ledger.EventUnread:
		line.What = l.Text("happened.unread", "count", looks)
	case ledger.EventCheckAgain:
		line.What = l.Text("happened.again")
	case ledger.EventFound:
		line.What = l.Text("happened.found", "number", number)
	case ledger.EventNotDone:
		line.What = l.Text("happened.absent")
	case ledger.EventEscalated:
		line.What, line.Why = l.Text("happened.asked"), words.Because(l, said)
	case ledger.EventProposed, ledger.EventDecided:
		return voice(l, a, was, e, number, said)
	case ledger.EventSeen:
		line.What = l.Text("happened.seen")
	case ledger.EventMailing:
		line.What = l.Text("happened.mailing")
	case ledger.EventEmailed:
		line.What = l.Text("happened.emailed")
	case ledger.EventEmailFailed:
		line.What = l.Text("happened.email_failed")
	case ledger.EventRestored:
		line.What = l.Text("happened.restored")
	default:
		line.What = l.Text("happened.other")
	}
	return line
}

// settled is how a sending ended.
func settled(l words.Language, a ledger.Record, e ledger.Event, number string) string {
	switch {
	case e.State == payment.Succeeded && a.Corrects():
		return l.Text("happened.counter")
	case e.State == payment.Succeeded:
		return l.Text("happened.done", "number", number)
	case e.State == payment.Declined:
		return l.Text("happened.declined")
	case e.State != payment.Unknown:
		return l.Text("happened.unsent")
	case lost.MatchString(e.Evidence):
		return l.Text("happened.lost")
	}
	return l.Text("happened.unclear")
}

// voice is what one person has said: of what is to be done, or of what became of it.
func voice(l words.Language, a ledger.Record, was payment.State, e ledger.Event, number, said string) (line web.ReviewEvent) {
	first, why, _ := strings.Cut(said, ": ")
	line.Why = why
	switch {
	case e.What == ledger.EventProposed && e.State == payment.Unknown:
		line.What = l.Text("happened.proposed", "found", foundOf(l, a, first))
	case e.What == ledger.EventProposed:
		line.What = l.Text("happened.wanted")
	case e.State == payment.Created || e.State == payment.Unknown: // an approval, or that there is none: with a name before the why
		_, line.Why, _ = strings.Cut(strings.TrimSuffix(why, ":"), ": ")
		if line.What = l.Text("happened.refused", "doubt", e.State == payment.Unknown); first == ledger.Wanted {
			line.What = l.Text("happened.approved")
		}
	case was == payment.Succeeded:
		line.What = l.Text("happened.seen.by")
	default:
		line.What = l.Text("happened.decided", "found", found(l, a, e.State == payment.Succeeded, number))
	}
	return line
}

// deed is what an attempt does, for the sentences about whether it is done.
func deed(k payment.Kind) string {
	switch {
	case k.Charges():
		return "charge"
	case k.Records():
		return "record"
	case k.Agrees():
		return "file"
	case k == payment.KindStoreCard:
		return "store"
	}
	return string(k) // void, refund, adjust, plan
}

// found is what somebody found of an attempt: that it is done, or not.
func found(l words.Language, a ledger.Record, done bool, number string) string {
	return l.Text("doubt.found", "deed", deed(a.Kind), "done", done, "number", strings.TrimPrefix(number, dispatch.VendorPayments))
}

// foundOf is found as a first person's word is kept: "absent", "taken" or "taken as
// payment 61234", with their name in parentheses or without.
func foundOf(l words.Language, a ledger.Record, said string) string {
	said, _, _ = strings.Cut(said, " (")
	state, number, _ := strings.Cut(said, " ")
	return found(l, a, state == string(payment.Succeeded), number[strings.LastIndex(number, " ")+1:])
}

package proof_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// see judges a page that a payer has before them.
func (s *scenario) see(patient int, asked time.Time, page shown, body []byte) {
	s.copyBook()
	none := bytes.Contains(body, []byte("No money was taken"))
	s.seeOffers(patient, asked, page)
	switch {
	case page.Result != nil:
		a := page.Result.Attempt
		r := s.record(a.ID)
		switch {
		case a.State == payment.Succeeded && len(r.booked) == 0 && r.corrects == "":
			s.convict("attempt %s was shown as taken, and is not booked", r.name())
		case a.State.Harmless() || none:
			if a.State == payment.Declined {
				s.met(declinedByBank)
			}
			if r.toldNone.IsZero() {
				r.toldNone = time.Now()
			}
		case a.State == payment.Unknown:
			s.met(unknownShown)
		}
	case page.Page == web.PageAmount:
		for _, b := range page.Amount.Statement.Bills {
			if b.Payable() {
				s.offers = append(s.offers, offer{patient, b.ID, b.Owed, asked, time.Now()})
			}
		}
	case none:
		s.met(notAvailable)
		s.reassured = append(s.reassured, reassured{patient, asked, time.Now()})
	}
}

// judge compares what everybody knows with the upstream's book.
func (s *scenario) judge() {
	s.copyBook()
	for _, r := range s.records {
		a, err := s.raw.AttemptForPatient(context.Background(), r.patient, r.id)
		if err != nil {
			s.convict("attempt %s: %v", r.name(), err)
			continue
		}
		s.judgeAttempt(r, a)
		s.judgeEvents(r, a)
	}
	if _, err := s.raw.Verify(context.Background()); err != nil {
		s.convict("the record does not verify: %v", err)
	}
	s.judgeBills()
	s.judgeContracts()
	for reference, n := range s.mails {
		if n > 1 && len(reference) > 3 { // not a stranger's, which several can be told

			s.convict("the receipt of payment %s was ordered %d times", reference, n)
		}
	}
	for _, h := range s.reassured {
		for _, c := range s.book {
			if c.attempt != nil && c.kind.PaysBills() && !c.undone(h.shown) && c.patient == h.patient && c.attempt.claimed.Before(h.asked) && h.asked.Sub(c.booked) < 24*time.Hour {
				s.convict("a page said at %s that no money was taken, and payment %d was", s.since(h.asked), c.id)
			}
		}
	}
}

func (s *scenario) judgeAttempt(r *record, a ledger.Record) {
	if r.corrects != "" {
		s.judgeCorrection(r, a)
		return
	}
	if len(r.booked) > 0 && !r.toldNone.IsZero() {
		s.convict("a page said at %s that no money was taken for attempt %s, which is booked as %d at %s",
			s.since(r.toldNone), r.name(), r.booked[0].id, s.since(r.booked[0].booked))
	}
	switch {
	case a.State == payment.Claimed || a.State == payment.Sending:
		s.convict("attempt %s is %s in the end", r.name(), a.State)
	case a.State == payment.Unknown && !a.NeedsReview:
		s.convict("attempt %s is unknown in the end, and nobody is asked", r.name())
	case len(r.booked) > 1:
		s.convict("attempt %s is booked %d times", r.name(), len(r.booked))
	case len(r.booked) == 1 && !a.NeedsReview && (a.State != payment.Succeeded || !slices.Contains(r.names(), a.Reference)):
		s.convict("attempt %s is booked as %d, and in the ledger %s %q", r.name(), r.booked[0].id, a.State, a.Reference)
	case len(r.booked) == 0 && a.State == payment.Succeeded:
		s.convict("attempt %s is taken in the ledger, and not booked", r.name())
	case !a.NextCheck.IsZero() && !lasts(a) || a.Mail == ledger.MailDue:
		s.convict("something of attempt %s is still due", r.name())
	}
	if a.State == payment.Unknown && a.NeedsReview {
		s.met(personAsked)
		switch {
		case lasting(r.kind):
			s.met(signAsked)
		case !r.kind.Charges():
			s.met(deskAsked)
		}
		if s.decidable(r, a) {
			s.convict("a person is asked about attempt %s, which the receipts decide: %s", r.name(), a.Reason)
		}
	}
	if a.State == payment.Succeeded && a.NeedsReview {
		s.met(personAskedOfTaken)
	}
}

// decidable reports whether the receipts leave one answer only: nothing in the
// patient's book looks like the attempt's money but that itself, and what could
// be it was always written as it was recorded.
func (s *scenario) decidable(r *record, a ledger.Record) bool {
	if r.lied || r.before == "" || s.blackout || s.drifted[r.patient.ID] {
		return false
	}
	switch {
	case r.kind == payment.KindVoid:
		return s.decidableVoid(r, a)
	case lasting(r.kind):
		return s.decidableContract(r)
	case !r.kind.Charges():
		return false // no receipt shows it
	}
	for _, c := range s.book {
		if c.patient == r.patient.ID && c.total == r.total && c.odd {
			return false
		}
		if c.attempt != r && c.patient == r.patient.ID && c.total == r.total && c.last4 == r.last4 {
			return false
		}
	}
	for _, o := range s.records {
		if o != r && !o.claimed.IsZero() && o.patient == r.patient && o.total == r.total && o.last4 == r.last4 {
			return false
		}
	}
	return true
}

// decideWithin is how long nobody may know of an attempt: a day, and what
// servers may be down or stopped on top.
const decideWithin = 25 * time.Hour

// judgeEvents goes through the record of an attempt: every step is one that
// may be, it is not unknown for longer than a day, and no money is left on its
// way when it has ended.
func (s *scenario) judgeEvents(r *record, a ledger.Record) {
	events, err := s.raw.Events(context.Background(), r.id)
	if err != nil || len(events) == 0 {
		s.convict("events of attempt %s: %d, %v", r.name(), len(events), err)
		return
	}
	var doubt time.Time
	for i, e := range events {
		if i > 0 && e.State != events[i-1].State && !events[i-1].State.May(e.State) {
			s.convict("attempt %s went from %s to %s", r.name(), events[i-1].State, e.State)
		}
		if i > 0 && e.Seq <= events[i-1].Seq || s.seqs[e.Seq] {
			s.convict("event %d of attempt %s is out of order", e.Seq, r.name())
		}
		s.seqs[e.Seq] = true
		switch {
		case e.State == payment.Unknown && doubt.IsZero():
			doubt = e.At
			s.met(lostAnswer)
		case !doubt.IsZero() && (e.State != payment.Unknown || e.What == ledger.EventEscalated):
			if e.At.Sub(doubt) > decideWithin {
				s.convict("attempt %s was unknown for %s", r.name(), e.At.Sub(doubt))
			}
			doubt = time.Time{}
		}
	}
	if last := events[len(events)-1]; last.State != a.State {
		s.convict("attempt %s is %s, and in the record %s", r.name(), a.State, last.State)
	}
	s.judgeEntries(r, a)
}

// judgeEntries sums the entries of an attempt: the transit account holds the
// money of what is unknown and of nothing else, the bills what was taken.
func (s *scenario) judgeEntries(r *record, a ledger.Record) {
	entries, err := s.raw.Entries(context.Background(), r.id)
	if err != nil {
		s.convict("entries of attempt %s: %v", r.name(), err)
	}
	sums := map[string]int64{}
	for _, e := range entries {
		sums[e.From] -= e.Amount.Cents()
		sums[e.To] += e.Amount.Cents()
	}
	var transit, paid int64
	way := int64(1)
	switch {
	case r.kind.Returns():
		way = -1
	case r.kind == payment.KindAdjust || lasting(r.kind):
		way = 0 // no money moves
	}
	switch a.State {
	case payment.Unknown:
		transit = r.total.Cents()
	case payment.Succeeded:
		paid = r.total.Cents()
	}
	payer := -transit - paid
	switch way {
	case -1:
		payer = paid
	case 0:
		transit, payer = 0, 0
	}
	if sums[ledger.AccountTransit] != transit || sums[ledger.AccountPayer] != payer {
		s.convict("entries of attempt %s, which is %s of %s: %v", r.name(), a.State, r.total, sums)
	}
}

// judgeBills looks at the money that went to the bills: never more than was
// owed, never an equal payment soon after without the payer's word, and no page
// that asked for money that had gone.
func (s *scenario) judgeBills() {
	gone := func(patient int, bill string, before, undone time.Time) (sum payment.Amount) {
		for _, c := range s.book {
			for _, l := range c.lines {
				if c.gone(before, undone) && c.patient == patient && l.Bill == bill {
					sum = sum.Plus(l.Amount)
				}
			}
		}
		return sum
	}
	for patient, bills := range s.bills {
		for _, b := range bills {
			if sum := gone(patient, b.ID, time.Now(), time.Now()); b.Balance.Less(sum) {
				s.convict("of bill %s %s was owed and %s was booked", b.ID, b.Balance, sum)
			}
			for _, o := range s.offers {
				if o.patient == patient && o.bill == b.ID && b.Balance.Less(o.owed.Plus(gone(patient, b.ID, o.asked, o.shown))) {
					s.convict("a page asked for at %s asked for %s of bill %s, of which %s had gone", s.since(o.asked), o.owed, b.ID, gone(patient, b.ID, o.asked, o.shown))
				}
			}
		}
	}
	for _, c := range s.book {
		for _, e := range s.book {
			if c.attempt == nil || e.attempt == nil || !c.kind.PaysBills() || !e.kind.Records() || c.patient != e.patient || c.total != e.total || c.undone(e.attempt.claimed) {
				continue
			}
			gap := e.attempt.claimed.Sub(c.attempt.claimed)
			if gap > 0 && gap < ledger.RecordedWithin && !e.attempt.again {
				s.convict("attempt %s records what attempt %s may have, and nobody asked the desk", e.attempt.name(), c.attempt.name())
			}
		}
	}
	for i, c := range s.book {
		for j, e := range s.book {
			if i == j || c.kind != payment.KindCharge || e.kind != payment.KindCharge || c.attempt == nil || e.attempt == nil || c.patient != e.patient || c.total != e.total || c.last4 != e.last4 {
				continue
			}
			gap := e.attempt.claimed.Sub(c.attempt.claimed)
			if gap > 0 && gap < ledger.DuplicateWithin && !e.attempt.again {
				s.convict("attempt %s repeats attempt %s, and nobody asked the payer", e.attempt.name(), c.attempt.name())
			}
		}
	}
}

// gone reports whether money had gone by a moment, and not come back by another. A plan
// takes all that is left of its bills; once it has ended, what it took counts.
func (c *charge) gone(before, undone time.Time) bool {
	switch {
	case c.of != nil:
		return c.booked.Before(before) && (c.of.made.kind.Agrees() || c.of.made.undone(undone))
	case c.attempt == nil:
		return false
	}
	return !c.undone(undone) && c.attempt.claimed.Before(before)
}

// undone reports whether a payment had been taken back by a moment: in the upstream's
// book, or by a counter-entry, with which the money is given back.
func (c *charge) undone(by time.Time) bool {
	corrected := c.attempt != nil && !c.attempt.correctedAt.IsZero() && c.attempt.correctedAt.Before(by)
	return corrected || c.back != nil && c.back.booked.Before(by)
}

func (s *scenario) since(t time.Time) string { return t.Sub(s.start).String() }

// verdict is all convictions in one text.
func (s *scenario) verdict() string { return strings.Join(s.convictions, "\n") }

package proof_test

import (
	"context"
	"strconv"
	"time"

	"paypane/web/payment"
)

// world draws the patients and the upstream's ways.
func (s *scenario) world(d *stream) *upstream {
	u := &upstream{s: s, bills: map[int][]payment.Bill{}, lastID: 61233,
		skew:    one(d, 0, 0, d.between(-maxSkew, maxSkew)),
		lag:     one(d, 0, d.between(0, 5*time.Minute), d.between(0, receiptDelay), receiptDelay),
		balance: one(d, 0, d.between(0, time.Hour), d.between(0, 23*time.Hour)),
		odd:     one(d, 0, 1, 5, 25),
	}
	u.badDay = d.percent(12)
	u.lasting = s.sim == nil && d.percent(30)
	u.visit = dawn(2).Add(10 * time.Hour)
	price := int64(1000 + d.n(9000))
	for patient := firstPatient; patient < firstPatient+2; patient++ {
		for i := range 1 + d.n(3) {
			if d.percent(60) {
				price = int64(1000 + d.n(9000))
			}
			number := strconv.Itoa(500 + 10*(patient-firstPatient) + i)
			bill := payment.Bill{Kind: payment.Claim, Number: number, ID: payment.BillID(payment.Claim, number),
				Service: "1999-11-02", Title: "Office visit", Balance: payment.Cents(price)}
			u.bills[patient] = append(u.bills[patient], bill)
		}
	}
	if d.percent(15) {
		from := s.start.Add(d.between(0, 10*time.Minute))
		length := one(d, d.between(time.Second, time.Minute), d.between(time.Minute, 2*time.Hour))
		if d.percent(20) {
			length = 26 * time.Hour
			s.blackout = true
		}
		u.unread = append(u.unread, [2]time.Time{from, from.Add(length)})
	}
	if d.percent(10) {
		from := s.start.Add(d.between(0, 5*time.Minute))
		u.down = append(u.down, [2]time.Time{from, from.Add(d.between(time.Second, 3*time.Minute))})
	}
	return u
}

// payers draws who comes, and opens their sessions.
func (s *scenario) payers(d *stream) []*payer {
	var all []*payer
	n, patients := one(d, 1, 1, 2, 2, 3), 1+d.n(2)
	same := d.percent(60)
	for i := range n {
		p := &payer{s: s, d: s.stream(), patient: firstPatient + i%patients, who: i, card: cards[0], plain: d.n(150) == 0}
		if !same {
			p.card = one(d, cards...)
		}
		if s.sim != nil && d.percent(30) {
			p.card = one(d, "4000000000000002", "4000000000000127", "4000000000009060")
		}
		if i >= patients {
			s.met(sharedPatient)
		}
		o := opens.all[openedKey{p.patient, p.who}]
		p.cookie = o.cookie
		if _, err := s.raw.CreateSession(context.Background(), o.row); err != nil {
			s.convict("open session: %v", err)
		}
		all = append(all, p)
	}
	return all
}

// staff charge cards in the practice's own system: rows that are not ours.
// None of the same amount and card as ours, which no receipt could tell apart.
func (s *scenario) staff(d *stream) {
	if !d.percent(15) {
		return
	}
	own := s.stream()
	go func() {
		for range 1 + own.n(3) {
			own.sleep(own.between(time.Second, 3*time.Minute))
			amount := one(own, s.bills[firstPatient]...).Balance
			s.enter(own, charge{kind: payment.KindCharge, patient: firstPatient, total: amount, last4: "9999"}, time.Now())
			s.met(staffCharged)
			own.pass()
		}
	}()
}

// drawHurdles plans what goes wrong with the servers. Half of it is aimed at the
// steps around the money.
func drawHurdles(d *stream) (all []hurdle) {
	money := []place{atClaim, atReceipts, atMarkSending, atCollect, atCounter, atSign, atCorrect, atSettle}
	books := []place{atChecksDue, atCheck, atReceipts, atFind, atEscalate, atChecked, atSeen, atListingDelay, atRecover, atMailsDue, atOrderMail, atEmail, atMarkEmailed,
		atPlans, atAgreements, atWatchesDue, atWatch, atNoteListed, atEndWatch, atAddTask}
	for range one(d, 0, 0, 1, 1, 2, 3) {
		h := hurdle{after: d.percent(50), nth: 1 + d.n(3)}
		switch roll := d.n(100); {
		case roll < 50:
			h.place = one(d, money...)
		case roll < 80:
			h.place = one(d, books...)
			h.nth = 1 + d.n(8)
		default:
			h.place = place(d.n(int(places)))
			h.nth = 1 + d.n(10)
		}
		switch roll := d.n(100); {
		case roll < 50:
		case roll < 85:
			h.pause = one(d, d.between(time.Second, 20*time.Second), d.between(20*time.Second, 5*time.Minute))
		default:
			h.fails = true
		}
		all = append(all, h)
	}
	return all
}

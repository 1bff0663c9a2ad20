//go:build !js || desk

package web

import (
	"time"

	"paypane/web/payment"
	"paypane/web/words"
)

// CardsView is the page of the stored cards.
type CardsView struct {
	Site  Site
	Cards []payment.StoredCard
	See   bool      // stored cards may be seen, used and removed
	Add   bool      // a card may be stored
	Today time.Time // at the practice
	Flash string    // what was done a moment ago
	// Odd says that a stored card is not understood; Phone is the practice's,
	// where it is known.
	Odd   bool
	Phone string
}

// CardsContent lists the cards, the one that is offered first at the top.
func CardsContent(c CardsView) Content {
	l := c.Site.Language
	var elements []Element
	if c.Flash != "" {
		elements = append(elements, Element{Kind: ElementStatus, Text: c.Flash})
	}
	elements = append(elements, lead(l.Text("cards.lead", "practice", c.Site.Practice)))
	if c.Odd {
		elements = append(elements, warning(strong(l.Text("cards.odd", "phone", c.Phone))))
	}
	switch {
	case c.See && len(c.Cards) == 0 && c.Odd:
	case c.See && len(c.Cards) == 0:
		elements = append(elements, text(l.Text("cards.none")))
	case c.See:
		rows := make([]Element, len(c.Cards))
		for i, card := range c.Cards {
			rows[i] = cardItem(l, card, c.Today)
		}
		elements = append(elements, items(rows...), link(PathAmount, l.Text("cards.pay")))
	}
	if c.Add {
		elements = append(elements, link(PathCards+"/add", l.Text("cards.add")))
	}
	return Content{Heading: l.Text("cards.heading"), Elements: elements}
}

func cardItem(l words.Language, card payment.StoredCard, today time.Time) Element {
	elements := []Element{strong(l.Value(card))}
	if card.Expiry != (payment.Expiry{}) {
		elements = append(elements, hint(l.Text("cards.expires", "past", card.Expiry.Before(today), "expiry", card.Expiry)))
	}
	var acts []Element
	if card.Preferred {
		elements = append(elements, hint(l.Text("cards.preferred")))
	} else {
		acts = append(acts, form(PathCards+"/"+card.ID+"/prefer", "secondary", l.Text("cards.prefer"), l.Value(card)))
	}
	remove := link(PathCards+"/"+card.ID+"/remove", l.Text("cards.remove"))
	remove.Value = l.Value(card)
	acts = append(acts, remove)
	return together(append(elements, Element{Kind: ElementGroup, Variant: "acts", Elements: acts})...)
}

// Dependents are what rests on a stored card, or may: agreements and plans that
// still take something, in words.
type Dependents struct {
	Same    []string // they use a card of the same number
	Unknown []string // the upstream does not say which card they use
}

// RemoveCardContent asks before a card is removed, and names what rests on it.
func RemoveCardContent(card payment.StoredCard, site Site, rests Dependents) Content {
	l := site.Language
	elements := []Element{text(l.Text("cards.removing"))}
	var said []Element
	if len(rests.Same) > 0 {
		said = append(said, strong(l.Text("cards.removing.same")), items(texts(rests.Same)...))
	}
	if len(rests.Unknown) > 0 {
		said = append(said, strong(l.Text("cards.removing.unknown")), items(texts(rests.Unknown)...))
	}
	if len(said) > 0 {
		elements = append(elements, warning(append(said,
			text(l.Text("cards.removing.ask", "practice", site.Practice, "phone", site.Phone)))...))
	}
	elements = append(elements,
		form(PathCards+"/"+card.ID+"/remove", "danger", l.Text("cards.removing.yes"), ""),
		link(PathCards, l.Text("cards.removing.no")))
	return Content{Heading: l.Text("cards.removing.heading", "card", card), Elements: elements}
}

// CardConsent is what is agreed to when a card is stored: how it is used, how
// changes are told and when it ends. The last four digits stand beside it. see
// says that the payer can remove the card here.
func CardConsent(site Site, see bool) string {
	return site.Language.Text("cards.consent", "practice", site.Practice, "phone", site.Phone, "see", see)
}

// AddCardContent is the form for a card to be stored. notice is the practice's,
// before a card is typed; it may be empty.
func AddCardContent(fields CardFields, site Site, attempt, agreed, notice string) Content {
	l := site.Language
	elements := []Element{lead(l.Text("cards.adding", "practice", site.Practice))}
	if notice != "" {
		elements = append(elements, section("notice", l.Text("card.notice"), text(l.Value(notice))))
		elements[1].Variant = "box warning"
	}
	return Content{Heading: l.Text("cards.add"), Elements: append(elements,
		form(PathCards+"/add", "", l.Text("cards.adding.save"), "",
			hidden(FieldAttempt, attempt),
			Element{Kind: ElementCard, Card: &fields},
			consent(l.Text("consent.legend"), agreed, l.Text("cards.adding.consent")),
		),
		link(PathCards, l.Text("cards.adding.back")),
	)}
}

// CardStored tells what became of a card that was to be stored.
func CardStored(a payment.Attempt, site Site) ResultText {
	l := site.Language
	next := link(PathCards, l.Text("cards.see"))
	result := ResultText{Class: "wait", Word: l.Text("mark.wait")}
	say := func(heading words.Key, elements ...Element) ResultText {
		result.Content = Content{Heading: l.Text(heading), Elements: elements}
		return result
	}
	switch {
	case a.State == payment.Succeeded:
		result.Class, result.Word = "success", l.Text("stored.mark")
		return say("stored.heading", text(l.Text("stored.done", "card", payment.StoredCard{Brand: a.Brand, Last4: a.Last4})), next)
	case a.State == payment.Declined:
		result.Class, result.Word = "danger", l.Text("stored.mark.not")
		return say("stored.heading.not", text(l.Text("stored.declined")), link(PathCards+"/add", l.Text("card.another")), next)
	case a.State.Harmless():
		result.Class, result.Word = "danger", l.Text("stored.mark.not")
		return say("stored.heading.not", text(l.Text("stored.not")), link(PathCards+"/add", l.Text("result.again")), next)
	case a.State == payment.Unknown:
		result.Class, result.Word = "warning", l.Text("mark.unknown")
		return say("stored.heading.unknown", text(l.Text("stored.unknown")), next)
	}
	return say("stored.heading.sending", text(l.Text("result.seconds")))
}

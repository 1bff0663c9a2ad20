//go:build !js

package web

import (
	"time"

	"paypane/web/payment"
)

// Cards is the page of the stored cards.
type Cards struct {
	Practice string
	Cards    []payment.StoredCard
	See      bool      // stored cards may be seen, used and removed
	Add      bool      // a card may be stored
	Today    time.Time // at the practice
	Said     string    // what was done a moment ago
}

// CardsSheet lists the cards, the one that is offered first at the top.
func CardsSheet(c Cards) Sheet {
	var blocks []Block
	if c.Said != "" {
		blocks = append(blocks, Block{Kind: BlockStatus, Text: c.Said})
	}
	blocks = append(blocks, lead("Cards kept by the card processor of "+c.Practice+". Only the last four digits are known here."))
	switch {
	case c.See && len(c.Cards) == 0:
		blocks = append(blocks, text("No card is saved."))
	case c.See:
		rows := make([]Block, len(c.Cards))
		for i, card := range c.Cards {
			rows[i] = cardItem(card, c.Today)
		}
		blocks = append(blocks, items(rows...), link(PathAmount, "Pay a bill with a saved card"))
	}
	if c.Add {
		blocks = append(blocks, link(PathCards+"/add", "Add a card"))
	}
	return Sheet{Heading: "Your saved cards", Blocks: blocks}
}

func cardItem(card payment.StoredCard, today time.Time) Block {
	blocks := []Block{strong(card.Short())}
	if card.Expiry != (payment.Expiry{}) {
		expires := "Expires " + card.Expiry.Words()
		if card.Expiry.Before(today) {
			expires = "Expired in " + card.Expiry.Words() + ". It cannot be used any more."
		}
		blocks = append(blocks, hint(expires))
	}
	var acts []Block
	if card.Preferred {
		blocks = append(blocks, hint("Preferred: offered first when you pay"))
	} else {
		acts = append(acts, form(PathCards+"/"+card.ID+"/prefer", "secondary", "Make preferred", card.Short()))
	}
	remove := link(PathCards+"/"+card.ID+"/remove", "Remove")
	remove.Value = card.Short()
	acts = append(acts, remove)
	return together(append(blocks, Block{Kind: BlockGroup, Look: "acts", Blocks: acts})...)
}

// Dependents are what rests on a stored card, or may: agreements and plans that
// still take something, in words.
type Dependents struct {
	Same    []string // they use a card of the same number
	Unknown []string // the upstream does not say which card they use
}

// RemoveCardSheet asks before a card is removed, and names what rests on it.
func RemoveCardSheet(card payment.StoredCard, site Site, rests Dependents) Sheet {
	blocks := []Block{text("You can add it again later. Payments that were made with it stay as they are.")}
	var said []Block
	if len(rests.Same) > 0 {
		said = append(said, strong("These use a card with the same number and may stop working:"), items(texts(rests.Same)...))
	}
	if len(rests.Unknown) > 0 {
		said = append(said, strong("Of these it is not known which card they use. If it is this one, they may stop working:"), items(texts(rests.Unknown)...))
	}
	if len(said) > 0 {
		blocks = append(blocks, warning(append(said,
			text("The practice's system does not say whether they go on without it. To be sure, ask "+site.Practice+atPhone(site)+"."))...))
	}
	blocks = append(blocks,
		form(PathCards+"/"+card.ID+"/remove", "danger", "Remove this card", ""),
		link(PathCards, "Keep it"))
	return Sheet{Heading: "Remove " + card.Short() + "?", Blocks: blocks}
}

// CardConsent is what is agreed to when a card is stored: how it is used, how
// changes are told and when it ends. The last four digits stand beside it. see
// says that the payer can remove the card here.
func CardConsent(site Site, see bool) string {
	ends := "This ends when I have the card removed by calling " + site.Practice + atPhone(site) + "."
	if see {
		ends = "This ends when I remove the card."
	}
	return "I agree that the card processor of " + site.Practice + " keeps this card. It is charged only for payments that I choose to make with it. " +
		"If these terms change I am asked again before the card is used. " + ends
}

// AddCardSheet is the form for a card to be stored. notice is the practice's,
// before a card is typed; it may be empty.
func AddCardSheet(fields CardFields, site Site, attempt, agreed, notice string) Sheet {
	blocks := []Block{lead("The card is kept by the card processor of " + site.Practice + ", not on this device. Nothing is charged now.")}
	if notice != "" {
		blocks = append(blocks, section("notice", "Before you enter a card", text(notice)))
		blocks[1].Look = "box warning"
	}
	return Sheet{Heading: "Add a card", Blocks: append(blocks,
		form(PathCards+"/add", "", "Save this card", "",
			hidden(FieldAttempt, attempt),
			Block{Kind: BlockCard, Card: &fields},
			consent("Your agreement", agreed, "Tick the box to agree that the card is kept"),
		),
		link(PathCards, "Back to your saved cards"),
	)}
}

// CardStored tells what became of a card that was to be stored.
func CardStored(a payment.Attempt, site Site) Told {
	card := payment.StoredCard{Brand: a.Brand, Last4: a.Last4}.Short()
	next := link(PathCards, "See your saved cards")
	told := Told{Class: "wait", Word: "Please wait"}
	say := func(heading string, blocks ...Block) Told {
		told.Sheet = Sheet{Heading: heading, Blocks: blocks}
		return told
	}
	switch {
	case a.State == payment.Taken:
		told.Class, told.Word = "success", "Saved"
		return say("Your card is saved", text(card+" can be used the next time you pay. Nothing was charged."), next)
	case a.State == payment.Declined:
		told.Class, told.Word = "danger", "Not saved"
		return say("Your card was not saved", text("The bank did not accept the card. Nothing was charged."), link(PathCards+"/add", "Try another card"), next)
	case a.State.Harmless():
		told.Class, told.Word = "danger", "Not saved"
		return say("Your card was not saved", text("The practice's system did not keep it. Nothing was charged."), link(PathCards+"/add", "Try again"), next)
	case a.State == payment.Unknown:
		told.Class, told.Word = "warning", "Not known yet"
		return say("We do not know yet if your card was saved", text("Nothing was charged. We are checking and will show the answer here. The list of your saved cards shows it too."), next)
	}
	return say("Your card is being saved", text("This takes a few seconds. This page shows the answer by itself."))
}

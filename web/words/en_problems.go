package words

// enProblems are the sentences of problems, by payment.Problem's Code or Key.
// The page checks what is typed, too, so the program has them.
var enProblems = Messages{
	// What to pay.
	"problem.nothing_due":     "There is nothing to pay right now",
	"problem.pay_empty":       "Choose what you want to pay",
	"problem.bill_gone":       "One of the bills you chose can no longer be paid here. Choose again.",
	"problem.bill_empty":      "Choose at least one bill",
	"problem.amount_empty":    "Enter the amount you want to pay",
	"problem.amount_form":     "Enter an amount in dollars and cents, like 45.50",
	"problem.amount_small":    "The smallest payment is {smallest}.",
	"problem.amount_big":      "{partly, select, yes {You can pay up to {due} now.} other {You owe {due}.}} Enter {due} or less.",
	"problem.amount_big_free": "The most that you can pay here is {most}.",
	"problem.amount_big_most": "{partly, select, yes {You can pay up to {due} now.} other {You owe {due}.}} The most that you can pay here is {most}.",
	"problem.amount_surplus":  "{partly, select, yes {You can pay up to {due} now.} other {You owe {due}.}} {surplus} would be for no bill.",
	"problem.today_empty":     "Enter the amount you want to pay",
	"problem.today_form":      "Enter an amount in dollars and cents, like 45.50",
	"problem.today_small":     "The smallest payment is {smallest}.",
	"problem.today_big":       "The most that you can pay here for a visit is {most}.",

	// A card.
	"problem.number_empty":   "Enter your card number",
	"problem.number_letters": "The card number has digits only. Check what you entered.",
	"problem.number_brand":   "{brand, select, none {This practice does not take this kind of card. Use {accepted}.} other {This practice does not take {brand}. Use {accepted}.}}",
	"problem.number_length":  "Check the card number. {brand, select, none {A card number has 15 or 16 digits and you entered {entered}.} AX {An {brand} number has {digits} digits and you entered {entered}.} other {A {brand} number has {digits} digits and you entered {entered}.}}",
	"problem.number_check":   "Check the card number. One or more digits are different from a real card number.",
	"problem.expiry_empty":   "Enter the expiry date",
	"problem.expiry_month":   "The month must be between 01 and 12",
	"problem.expiry_form":    "Enter the expiry date as it is on the card, like 04/29",
	"problem.expiry_past":    "This card expired in {expiry}. Use another card.",
	"problem.expiry_plan":    "This card expires in {expiry}, before your last payment in {last}. Use another card or a shorter plan.",
	"problem.name_empty":     "Enter the name on the card",
	"problem.name_number":    "Enter the name on the card, not the card number",
	"problem.name_code":      "Enter the name on the card, not the security code",
	"problem.name_form":      "Enter the name as it is printed on the card",
	"problem.name_long":      "Enter the name as it is printed on the card",
	"problem.code_empty":     "Enter the security code",
	"problem.code_length":    "{brand, select, none {The security code has 3 digits. It is on the back of the card.} other {The security code has {digits} digits for {brand}}}",
	"problem.address_empty":  "Enter the street address your card statement goes to",
	"problem.address_number": "Enter the billing address, not the card number",
	"problem.address_long":   "Enter the street address in 200 characters or fewer",
	"problem.zip_empty":      "Enter your billing ZIP code",
	"problem.zip_form":       "Enter a ZIP code of 5 digits, like 02139, or a postal code of another country",

	// An address for the receipt.
	"problem.email_number": "Enter an email address, not the card number",
	"problem.email_space":  "Enter an email address without spaces, like name@example.com",
	"problem.email_form":   "Enter an email address like name@example.com",

	// A telephone number.
	"problem.phone_number": "Enter a phone number, not the card number",
	"problem.phone_form":   "Enter a phone number like 617-555-0100, or one that begins with + and the country code, like +49 30 123456",

	// The connection.
	"problem.offline":        "You are offline. Your details are still here. You can pay when the connection is back.",
	"problem.lost":           "The connection was lost. Nothing was paid by this step. Press the button again.",
	"problem.lost_paying":    "The connection was lost. We do not know yet if your payment went through. Do not pay in another way. Press the button again to see: you will not be charged twice.",
	"problem.lost_unchanged": "The connection was lost. Nothing was changed by this step. Try again.",
	"problem.lost_watch":     "The connection was lost. This page looks again by itself. Do not pay again.",
	"problem.watch_over":     "This page can no longer be updated. Open the payment page again from the portal to see the result. Do not pay again.",
}

//go:build !js

package words

// arabic is Modern Standard Arabic, with the digits that are on the payer's card.
var arabic = &book{tag: "ar", dir: "rtl", locale: "ar", name: "العربية", messages: []Messages{arFormat, arProgram, arServer()}, format: localFormat{}}

// arFormat is how days and times are written.
var arFormat = Messages{
	"format.months":             "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
	"format.months.abbreviated": "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
	"format.halves":             "ص|م",
	"format.day":                "{day} {month} {year}",
	"format.day.abbreviated":    "{day} {mon} {year}",
	"format.month":              "{month} {year}",
	"format.short":              "{day} {month}",
	"format.time":               "{clock} {half}",
	"format.clock":              "{time} {zone}",
	"format.moment":             "{date}، {time}",
}

// arServer are the sentences that only the server prints.
func arServer() Messages {
	return merged(arAmount, arCards, arAgreements, arPlan, arReceipts, arNotices, arScripts)
}

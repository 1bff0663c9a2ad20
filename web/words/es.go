//go:build !js

package words

// spanish is that of the United States: neutral, and to "usted".
var spanish = &book{tag: "es", dir: "ltr", locale: "es-US", name: "Español", messages: []Messages{esFormat, esProgram, esServer()}, format: localFormat{}}

// esFormat is how days and times are written.
var esFormat = Messages{
	"format.months":             "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
	"format.months.abbreviated": "ene|feb|mar|abr|may|jun|jul|ago|sept|oct|nov|dic",
	"format.halves":             "a. m.|p. m.",
	"format.day":                "{day} de {month} de {year}",
	"format.day.abbreviated":    "{day} {mon} {year}",
	"format.month":              "{month} de {year}",
	"format.short":              "{day} de {month}",
	"format.time":               "{clock} {half}",
	"format.clock":              "{time} {zone}",
	"format.moment":             "{date}, {time}",
}

// esServer are the sentences that only the server prints.
func esServer() Messages {
	return merged(esAmount, esCards, esAgreements, esPlan, esReceipts, esNotices, esScripts)
}

//go:build !js

package words

// esAmount are the sentences of what is owed that the server composes.
var esAmount = Messages{
	"greeting.you":        "{name, select, none {} other {Hola, {name}. }}Esto es lo que usted debe.",
	"greeting.visit":      "Hola, {name}. Usted no tiene facturas pendientes que se puedan pagar aquí.",
	"greeting.nothing":    "Usted no debe a {practice} nada que se pueda pagar aquí hoy.",
	"greeting.of":         "Facturas de {patient}.",
	"greeting.of.nothing": "{patient} no debe a {practice} nada que se pueda pagar aquí hoy.",

	// Money that the practice has already.
	"credit.left": "{patient, select, none {Usted tiene un saldo a favor de {credit} en el consultorio.} other {{patient} tiene un saldo a favor de {credit} en el consultorio.}}",
	"credit.held": "El consultorio ya tiene {credit} a favor {patient, select, none {suyo} other {de {patient}}}.",
	"credit.use":  "{enough, select, yes {Eso alcanza para todas las facturas de abajo, y no se descuenta de ellas.} other {No se descuenta de las facturas de abajo.}} Para que se use en ellas, llame al consultorio{phone, select, none {} other { al {phone}}} antes de pagar, o pague menos con “Otra cantidad”.",

	// Payments of these days.
	"recent.paid":         "Pagos recientes",
	"recent.paid.left":    "Las cantidades de abajo ya no lo incluyen. El sistema del consultorio puede tardar un día en mostrarlo.",
	"recent.unknown":      "Todavía no se sabe el resultado de un pago",
	"recent.unknown.wait": "No pague otra vez la misma factura.",
	"recent.status":       "{you, select, yes {Ver el estado de su pago de {total}} other {Ver el estado del pago de {total}}}",

	// Amounts of the payer's choice.
	"amount.other.hint":  "Puede pagar cualquier cantidad de {smallest} a {due}. {copay, select, yes {Primero paga el copago de hoy y después su factura más antigua.} other {Primero paga su factura más antigua.}}{more, select, yes { Si ingresa más, le preguntamos antes.} other {}}",
	"amount.today.hint":  "Todavía no hay una factura de esta visita. Ingrese lo que le pidió el consultorio. Se paga solo para esta visita.",
	"free.heading":       "Pagar algo de todos modos",
	"free.what":          "Este dinero no es para una factura. El consultorio lo guarda en la cuenta y lo aplica a lo próximo que se deba.",
	"free.limits":        "Puede pagar de {smallest} a {most}.",
	"free.what.limits":   "Este dinero no es para una factura. El consultorio lo guarda en la cuenta y lo aplica a lo próximo que se deba. Puede pagar de {smallest} a {most}.",
	"free.visit":         "La visita de hoy",
	"free.visit.heading": "Pagar la visita de hoy",
	"free.visit.label":   "Cantidad por la visita",
	"surplus.heading":    "¿Pagar más de lo que se debe?",
	"surplus.kept":       "El consultorio guarda {more} en la cuenta y los aplica a lo próximo que se deba. El resto lo aplica él mismo a las facturas.",
	"surplus.entered":    "Usted ingresó",
	"surplus.bills":      "Para facturas",
	"surplus.more":       "Sin factura",
	"surplus.go":         "Continuar con {amount}",
	"surplus.change":     "Cambiar la cantidad",

	// What is owed and cannot be paid here.
	"held.checking":  "En revisión",
	"held.paid":      "Ya se está pagando",
	"held.insurance": "Todavía no hay que pagar",
	"held.elsewhere": "Se paga de otra manera",
	"hold.arranged":  "Esto no se puede pagar en esta página. Puede estar en un plan de pagos, con una tarjeta registrada o en cobranza; llame al consultorio{phone, select, none {} other { al {phone}}} para preguntar.",
	"hold.planned":   "Esto está en un plan de pagos.",
	"hold.collected": "Esto está en cobranza. No se puede pagar en esta página; llame al consultorio{phone, select, none {} other { al {phone}}} para pagarlo.",
	"hold.elsewhere": "De otra área del consultorio. No se puede pagar en esta página; llame al consultorio{phone, select, none {} other { al {phone}}} para pagarlo.",
	"hold.insurance": "Está con su seguro. Todavía no hay nada que pagar.",
	"hold.checking":  "Se envió un pago por esto y todavía no se sabe el resultado. No lo pague otra vez.",
	"hold.found":     "Se encontró un pago que puede haber sido por esto. El sistema del consultorio puede tardar un día en mostrarlo. No lo pague otra vez.",
	"hold.paid":      "Esto ya se pagó. El sistema del consultorio puede tardar un día en mostrarlo.",

	// What has to be known of a payment before its card is typed.
	"note.unapplied": "{amount} no son para una factura. El consultorio los guarda en la cuenta y los aplica a lo próximo que se deba.",
	"note.today":     "Todavía no hay una factura de esta visita. El consultorio le aplica el pago.",
	"note.spread":    "El consultorio mismo aplica el pago a las facturas. Puede tardar unos días en verse en ellas.",
	"note.credit":    "El consultorio ya tiene {credit} a favor {patient, select, none {suyo} other {de {patient}}}. No se descuentan de este pago.",

	// For whom do you pay?
	"people.heading":      "¿Por quién paga?",
	"people.lead":         "Las facturas, las tarjetas y los recibos de cada persona se manejan por separado.",
	"people.owed":         "{due, select, none {Nada por pagar} other {Por pagar: {due}}}",
	"people.owed.unknown": "No se sabe por ahora",
	"people.payment":      "{unknown, select, yes {Todavía no se sabe el resultado de un pago de {total}.} other {Usted pagó {total}.}}",
	"people.current":      "Continuar por {person}",
	"people.choose":       "Pagar por {person}",
}

//go:build !js

package words

// esNotices are the sentences of pages that say one thing and how to go on.
var esNotices = Messages{
	// What stands beside a page, for the scripts.
	"stay.heading":  "¿Sigue ahí?",
	"stay.idle":     "Esta página se cierra en {time} para proteger su información.",
	"stay.ends":     "Esta página se cierra en {time} y no puede quedar abierta más tiempo. Termine lo que está haciendo, o ábrala otra vez desde el portal.",
	"stay.minutes":  "{count, plural, one {# minuto} other {# minutos}}",
	"stay.stay":     "Seguir en esta página",
	"stay.go":       "Continuar",
	"leave.heading": "¿Salir de esta página?",
	"leave.why":     "El portal quiere mostrar otra página de pago aquí.",
	"leave.typed":   "Los datos de la tarjeta que usted ingresó se borrarán.",
	"leave.go":      "Ir a la otra página",

	// The frame that a portal opens.
	"frame.opening":    "Abriendo la página de pago segura…",
	"frame.lost":       "Se perdió la conexión, o la respuesta tarda demasiado. No se pagó nada. Intente otra vez.",
	"frame.call":       "Si esto sigue pasando, llame a {practice}.",
	"frame.call.phone": "Si esto sigue pasando, llame a {practice} al {phone}.",

	// The navigation.
	"nav.pay":        "Pagar",
	"nav.receipts":   "Recibos",
	"nav.cards":      "Tarjetas",
	"nav.agreements": "Tarjeta registrada",
	"nav.plan":       "Plan de pagos",

	// There is no session.
	"notice.portal":        "Abra la página de pago desde su portal",
	"notice.portal.how":    "Esta página funciona cuando usted llega desde su portal del paciente. Inicie sesión allí y elija pagar su factura.",
	"notice.portal.signed": "Aquí ya no tiene la sesión abierta, así que no se hizo nada. Si había presionado Pagar, mire sus recibos antes de pagar otra vez.",
	"notice.portal.again":  "Abrir otra vez la página de pago",

	// A launch is not taken.
	"launch.used":         "Esta página de pago ya se abrió antes",
	"launch.used.why":     "Para su protección, cada enlace a la página de pago funciona una sola vez.",
	"launch.again":        "Vuelva al portal y abra otra vez la página de pago.",
	"launch.expired":      "Este enlace a la página de pago ya venció",
	"launch.refused":      "No se pudo abrir la página de pago",
	"launch.refused.next": "Vuelva al portal e intente otra vez. Si esto sigue pasando, llame al consultorio.",

	// The page is not there, or for somebody else.
	"notice.missing":          "Aquí no hay nada",
	"notice.missing.why":      "La dirección puede estar mal escrita, o es de otra persona.",
	"notice.missing.portal":   "Para pagar una factura, inicie sesión en su portal del paciente y abra la página de pago allí.",
	"notice.outdated":         "La página que usó ya no es actual",
	"notice.outdated.payment": "Es del pago de otra persona. Desde entonces se abrió otra página de pago en este navegador. En este paso no se envió nada.",
	"notice.outdated.page":    "Desde entonces se abrió la página de otra persona en este navegador, o lo que se envió no estaba completo. No se hizo nada con ello.",
	"notice.outdated.sure":    "Para estar seguro de quién es esta página, abra otra vez la página de pago desde el portal.",
	"notice.paying":           "Ahora usted está pagando por {person}.",
	"notice.paying.heading":   "Ahora usted está pagando por {person}",
	"notice.other":            "La página que usó era de otra persona. No se hizo nada con ella.",
	"notice.other.next":       "Continúe por {person}, o elija por quién paga.",
	"notice.others":           "Esto es de {person}: {attempt}. En este paso no se envió nada.",
	"notice.others.next":      "Para continuar, elija primero a {person}.",

	// Nothing can be paid now.
	"notice.nocards":          "Este consultorio no acepta tarjetas por internet",
	"notice.nocards.call":     "No se envió nada. Llame al consultorio para pagar.",
	"notice.found":            "Se encontró un pago",
	"notice.found.wait":       "Puede haber sido por las mismas facturas, por eso no se envió nada nuevo. El sistema del consultorio puede tardar un día en mostrarlo. No pague otra vez.",
	"notice.status":           "{count, plural, one {Ver su estado} other {Ver su estado}}",
	"notice.unavailable":      "En este momento no se pueden hacer pagos",
	"notice.unavailable.none": "No se cobró nada. Intente más tarde o llame al consultorio.",
	"notice.unavailable.live": "No se envió nada nuevo. Todavía no se sabe el resultado de lo que envió antes.",
	"notice.unavailable.lost": "No se envió nada nuevo. Los pagos anteriores se están comparando con el sistema del consultorio. Si ya pagó, no pague otra vez.",
	"notice.unavailable.hour": "Intente en una hora o llame al consultorio.",
	"notice.unavailable.paid": "No se envió nada nuevo. Intente más tarde o llame al consultorio.",
	"notice.unread":           "Una factura suya no se pudo leer",
	"notice.unread.why":       "El sistema del consultorio envió una factura que esta página no entiende. Por eso no es seguro cuánto debe usted, y aquí no se puede pagar nada hasta que el consultorio la haya revisado.",
	"notice.unread.call":      "Llame al consultorio{phone, select, none {} other { al {phone}}} para preguntar cuánto debe y para pagarlo.",
	"notice.crowd":            "Usted ha elegido muchas veces sin continuar",
	"notice.crowd.wait":       "En este paso no se envió nada. Continúe con lo último que eligió, o elija de nuevo más tarde ({time}).",
	"notice.crowd.call":       "Si no puede esperar, llame al consultorio.",
	"notice.crowd.go":         "Continuar con lo último que eligió",
	"notice.department":       "El sistema del consultorio no conoce este departamento",
	"notice.department.why":   "Por eso no se sabe cuánto debe usted allí, y aquí no se puede pagar nada. Eso no quiere decir que no deba nada.",
	"notice.cards":            "Por ahora no se pueden probar más tarjetas",
	"notice.cards.none":       "Lo que usted ingresó no se envió a ningún banco, y no se cobró nada por ello.",
	"notice.cards.why":        "Hace poco, demasiadas tarjetas no fueron aprobadas aquí. Para que nadie pueda probar tarjetas robadas, esperamos antes de enviar la siguiente.",
	"notice.cards.when":       "Puede intentar otra vez después de esta hora: {time}.",
	"notice.cards.call":       "Para pagar antes, llame a {practice}{phone, select, none {} other { al {phone}}}.",

	// The request was no good, or we were not.
	"notice.refused":      "Eso no funcionó",
	"notice.refused.why":  "Lo que envió su navegador no se pudo leer, así que no se hizo nada con ello. Vuelva atrás e intente otra vez.",
	"notice.foreign":      "Su navegador no indicó que esto venía de nuestra propia página, así que no se hizo nada con ello.",
	"notice.foreign.next": "Vuelva atrás, cargue la página de nuevo e intente otra vez. Si esto sigue pasando, abra otra vez la página de pago desde el portal.",
	"notice.failed":       "Algo salió mal de nuestro lado",
	"notice.failed.next":  "Intente otra vez. Si había presionado Pagar, mire primero el estado de su pago: abra otra vez la página de pago desde el portal.",

	// The browser keeps no cookies.
	"cookies.window":        "Abra la página de pago en su propia ventana",
	"cookies.window.why":    "Su navegador no permite que esta página mantenga su sesión abierta dentro del portal.",
	"cookies.window.how":    "La página de pago funciona igual en su propia ventana. Se abre para {name, select, none {quien haya iniciado sesión en {portal}} other {{name}, con sesión en {portal}}}.",
	"cookies.window.open":   "Abrir la página de pago segura",
	"cookies.refused":       "Hay que permitir las cookies",
	"cookies.refused.why":   "La página de pago mantiene su sesión abierta con una cookie, y su navegador no la devolvió. No se pagó nada.",
	"cookies.refused.allow": "Permita las cookies de {host} en la configuración de su navegador. Después vuelva al portal y abra otra vez la página de pago.",
	"cookies.refused.call":  "Para pagar sin cookies, llame a {practice}{phone, select, none {} other { al {phone}}}.",
	"cookies.refused.link":  "Si llegó aquí por un enlace de otra persona, cierre esta página.",

	// The session is over.
	"finished.heading": "Usted ha terminado",
	"finished.cleared": "Esta ventana está borrada. Cierre también las otras ventanas de esta página. Para volver, abra otra vez la página de pago desde el portal.",
	"finished.return":  "Volver al portal",
	"timeout.heading":  "Esta página se cerró para proteger su información",
	"timeout.again":    "Empezar de nuevo",
	"timeout.more":     "Para ver más, abra otra vez la página de pago desde el portal.",
	"timeout.pay":      "Para pagar, abra otra vez la página de pago desde el portal.",
	"timeout.unknown":  "Para ver si un pago se realizó, o para pagar, abra otra vez la página de pago desde el portal.",
	"timeout.once":     "Un pago que ya se envió no se envía otra vez.",

	// What was sent in it.
	"past.nothing":      "No se envió ningún pago.",
	"past.payment":      "{attempt}: se envió ({time}){outcome, select, done { y se realizó.} refused { y no se realizó.} other {. Todavía no sabemos si se realizó. No pague otra vez.}}",
	"past.other":        "{attempt}: se envió ({time}){outcome, select, done { y está en vigor.} refused { y no está en vigor.} other {. Todavía no sabemos si está en vigor.}}",
	"attempt.payment":   "Su pago de {total}",
	"attempt.plan":      "Su plan de pagos",
	"attempt.card":      "Su tarjeta para guardar",
	"attempt.agreement": "Su acuerdo de tarjeta registrada",

	// What a page was made for has changed, or is too long ago.
	"problem.attempt_late": "Su página de pago estuvo abierta más de una hora. No se envió nada. Revise las cantidades y continúe desde aquí.",
	"problem.amount_other": "Esta página es para un pago de {total}. No se envió nada. Para pagar otra cantidad, elíjala de nuevo con “Cambiar lo que paga”.",
	"problem.repeat":       "Marque la casilla si quiere pagar {total} una vez más. No se envió nada.",

	// What the upstream was asked to do and did not.
	"problem.write_unknown":     "Todavía no se sabe si esto se realizó. No intente otra vez hasta que el consultorio lo haya revisado.",
	"problem.write_bank":        "El banco no aceptó la tarjeta. Use otra tarjeta, o pregunte al banco.",
	"problem.write_busy":        "El sistema de pagos del consultorio está ocupado. No se hizo nada. Intente otra vez en unos minutos.",
	"problem.write_upstream":    "El sistema de pagos del consultorio no aceptó esto. No se hizo nada. Pregunte al consultorio.",
	"problem.write_unreachable": "No se puede comunicar con el sistema de pagos del consultorio. No se hizo nada. Intente más tarde.",
}

//go:build !js

package words

// esScripts are the sentences of the scripts in static.
var esScripts = Messages{
	"pane.label":     "Pago",
	"pane.slow":      "La página de pago tarda más de lo habitual en abrirse. Puede esperar o intentar otra vez.",
	"pane.reload":    "No se pudo abrir la página de pago. Vuelva a cargar esta página. Si eso no ayuda, llame al consultorio.",
	"pane.over":      "La página de pago ya no se puede abrir. Vuelva a cargar esta página.",
	"pane.again":     "Intentar otra vez",
	"pane.trying":    "Intentando otra vez…",
	"pane.window":    "La página de pago no se pudo mostrar aquí. Puede abrirla en su propia ventana.",
	"pane.open":      "Abrir la página de pago segura",
	"pane.blocked":   "El navegador no abrió ninguna ventana. Permita que esta página abra ventanas e intente otra vez.",
	"pane.waiting":   "La página de pago tarda más de lo habitual en abrirse. Puede esperar.",
	"pane.opening":   "Abriendo la página de pago segura…",
	"pane.failed":    "No se pudo abrir la página de pago. Intente otra vez. Si eso no ayuda, vuelva a cargar esta página o llame al consultorio.",
	"pane.support":   "Código de asistencia {code}",
	"cookies.opened": "Se abrió en otra ventana. Para abrirla una vez más, regrese al portal y abra otra vez la página de pago.",
}

//go:build !js || everyword

package words

// enScripts are the sentences of the scripts in static, which get them when the
// files are loaded.
var enScripts = Messages{
	"pane.label":     "Payment",
	"pane.slow":      "The payment page takes longer than usual to open. You can wait, or try again.",
	"pane.reload":    "The payment page could not be opened. Reload this page. If that does not help, call the practice.",
	"pane.over":      "The payment page cannot be opened any more. Reload this page.",
	"pane.again":     "Try again",
	"pane.trying":    "Trying again…",
	"pane.window":    "The payment page could not be shown here. You can open it in a window of its own.",
	"pane.open":      "Open the secure payment page",
	"pane.blocked":   "The browser did not open a window. Allow this page to open windows, and try again.",
	"pane.waiting":   "The payment page takes longer than usual to open. You can wait.",
	"pane.opening":   "Opening the secure payment page…",
	"pane.failed":    "The payment page could not be opened. Try again. If that does not help, reload this page or call the practice.",
	"pane.support":   "Support code {code}",
	"cookies.opened": "It was opened in another window. To open it once more, go back to the portal and open the payment page again.",
}

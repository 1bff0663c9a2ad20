package athenatest

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// indexedClaim is one amount of a claimpayment as PHP's form encoding writes
// the documented list: claimpayment[0][501]=10.00
// (docs/upstream-api.md#traps-of-clients).
var indexedClaim = regexp.MustCompile(`^claimpayment\[(0|[1-9][0-9]{0,3})\]\[([^\[\]]*)\]$`)

// joined is a form with an indexed claimpayment put into the one field that
// the list is documented as. It answers the request where the same list is
// there in both ways, or where something in brackets is not such a list.
func joined(w http.ResponseWriter, form url.Values) (url.Values, bool) {
	lists := map[int]map[string]string{}
	for name := range form {
		if !strings.HasPrefix(name, "claimpayment[") {
			continue
		}
		at := indexedClaim.FindStringSubmatch(name)
		if at == nil {
			invalid(w, "A field is not understood: "+mask(name))
			return nil, false
		}
		i := atoi(at[1])
		if lists[i] == nil {
			lists[i] = map[string]string{}
		}
		lists[i][at[2]] = form.Get(name)
	}
	if len(lists) == 0 {
		return form, true
	}
	if form.Has("claimpayment") {
		invalid(w, "A field is there more than once: claimpayment")
		return nil, false
	}
	items := make([]map[string]string, 0, len(lists))
	for _, i := range slices.Sorted(maps.Keys(lists)) {
		items = append(items, lists[i])
	}
	one := maps.Clone(form)
	maps.DeleteFunc(one, func(name string, _ []string) bool { return strings.HasPrefix(name, "claimpayment[") })
	one.Set("claimpayment", string(encode(items)))
	return one, true
}

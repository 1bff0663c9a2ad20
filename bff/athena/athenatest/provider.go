package athenatest

import "net/http"

// readProvider answers GET /providers/{id}: an array of one, recorded
// (HTD-Health find_provider.yml of 2016, without displayname; .NET
// Provider/GetById.json of 2019, with it). The id is a number in the later
// recording.
func (s *Server) readProvider(w http.ResponseWriter, r *http.Request) {
	id, ok := pathID(w, r, "provider")
	if !ok {
		return
	}
	if id != providerID {
		noSuch(w)
		return
	}
	answer(w, []any{provider()})
}

// provider is the one who treats everybody.
func provider() map[string]any {
	return map[string]any{
		"providerid": providerID, "firstname": "Terry", "lastname": "Ahmad", "displayname": "Terry Ahmad, MD",
		"providertype": "MD", "providertypeid": "MD", "specialty": "Internal Medicine", "entitytype": "Person",
		"billable": true, "hideinportal": false, "acceptingnewpatients": true,
	}
}

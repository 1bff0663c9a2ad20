package athenatest

import "net/http"

// readProvider answers GET /providers/{id}: an array of one, recorded (R: RB-H
// find_provider.yml of 2016, without displayname; NET Provider/GetById.json of
// 2019, with it). The id is a number in the later recording.
func (s *Server) readProvider(w http.ResponseWriter, r *http.Request) {
	id, ok := pathID(w, r, "provider")
	if !ok {
		return
	}
	if id != providerID {
		noSuch(w)
		return
	}
	answer(w, []any{map[string]any{
		"providerid": providerID, "firstname": "Terry", "lastname": "Ahmad", "displayname": "Terry Ahmad, MD",
		"providertype": "MD", "providertypeid": "MD", "specialty": "Internal Medicine", "entitytype": "Person",
		"billable": true, "hideinportal": false, "acceptingnewpatients": true,
	}})
}

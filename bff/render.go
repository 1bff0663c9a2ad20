package bff

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"time"

	"github.com/andybalholm/brotli"

	"paypane/static"
	"paypane/web"
)

// render writes a page: as a document, or as its View where the browser
// program asks.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, v web.View) error {
	var b bytes.Buffer
	var err error
	kind := "text/html; charset=utf-8"
	if wantsJSON(r) {
		kind = "application/json"
		err = web.JSON(&b, v)
	} else {
		err = web.Document(&b, v, s.assets, v.Path != "")
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept, Accept-Encoding")
	return write(w, r, status, b.Bytes())
}

// write sends a body in the smallest coding that the browser takes. The page
// weighs a third of its text then, which is felt on a slow line.
func write(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	var out io.WriteCloser
	coding := static.Encoding(r.Header.Get("Accept-Encoding"))
	switch coding {
	case "br":
		out = brotli.NewWriterLevel(w, 5)
	case "gzip":
		out = gzip.NewWriter(w)
	default:
		w.WriteHeader(status)
		_, err := w.Write(body)
		return err
	}
	w.Header().Set("Content-Encoding", coding)
	w.WriteHeader(status)
	if _, err := out.Write(body); err != nil {
		return err
	}
	return out.Close()
}

// site is what every page of the visit's practice shows.
func (s *Server) site(v Visit) web.Site {
	site := s.sessionless(v)
	if site.Practice == "" {
		return site
	}
	site.Idle, site.Absolute = int(sessionIdle/time.Minute), int(sessionAbsolute/time.Minute)
	site.Left, site.Ends = int(v.left.idle/time.Second), int(v.left.absolute/time.Second)
	site.Whose = s.marks.of(v.Patient)
	if v.several() {
		site.Person = v.name(v.current())
	}
	return site
}

// sessionless is site for a page that no session belongs to any more.
func (s *Server) sessionless(v Visit) web.Site {
	p := s.portal(v.Portal)
	if p == nil {
		return web.Site{}
	}
	return web.Site{Practice: p.Name, Phone: p.Phone, Return: v.Return, Hosts: v.Host}
}

// dress lets the portal of a visit frame the answer.
func (s *Server) dress(w http.ResponseWriter, v Visit) {
	if p := s.portal(v.Portal); p != nil {
		frameAncestors(w, p.Origins)
	}
}

// assets are the files that a document refers to.
func assets(f *static.Files) web.Assets {
	asset := func(name string) web.Asset {
		file := f.Named(name)
		return web.Asset{Path: file.Path, Integrity: file.Integrity}
	}
	return web.Assets{Style: asset("paypane.css"), Icon: asset("icon.svg"), Channel: asset("channel.js"), Session: asset("session.js"),
		Loader: asset("loader.js"), Program: asset("app.wasm")}
}

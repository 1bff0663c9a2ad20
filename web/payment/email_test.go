package payment

import "testing"

func TestReadEmail(t *testing.T) {
	for typed, want := range map[string]string{"": "", " dana@example.com ": "dana@example.com", "ａ@example.org": "a@example.org",
		"\u200edana@example.com\u200f\n": "dana@example.com", "dana\u200b@exam\u00adple.com": "dana@example.com", "8613812345678@163.com": "8613812345678@163.com"} {
		if got, p := ReadEmail(typed); p != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, p)
		}
	}
	for _, typed := range []string{"dana", "dana@", "@example.com", "dana@example", "dana@example.", "a@b@c.de", "dana@.example.com", "dana@example.com/", "dana@example.com?subject=x", "dana@example.com'", "dana@exam_ple.com", "mailto:dana@example.com", "a,b@example.com", "<a@example.com>", "a@example..com",
		"dana\x00sample@example.com", "dana\u202esample@example.com", "dana\xffsample@example.com", "dana\u2066@example.com", "dana\x7f@example.com"} {
		if got, p := ReadEmail(typed); p == nil || p.Code != "email_form" {
			t.Errorf("%q is taken as %q, %v", typed, got, p)
		}
	}
	for _, typed := range []string{"dana sample@example.com", "dana @example.com", "dana@ example.com", "dana@example .com", "dana\u00a0sample@example.com", "dana\nsample@example.com", "dana\u3000s@example.com", "a@b.example c@d.example"} {
		if got, p := ReadEmail(typed); p == nil || p.Code != "email_space" || ProblemText(*p) != "Enter an email address without spaces, like name@example.com" {
			t.Errorf("%q is taken as %q, %v", typed, got, p)
		}
	}
}

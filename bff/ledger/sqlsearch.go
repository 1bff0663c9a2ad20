package ledger

import "paypane/web/payment"

// where is the condition of a search.
func (s search) where() (condition string, args []any) {
	condition = "1 = 1"
	and := func(part string, values ...any) {
		condition += " AND " + part
		args = append(args, values...)
	}
	if s.id != "" {
		and("id = ?", s.id)
	}
	if len(s.ids) > 0 {
		values := several(s.ids)
		and("id IN ("+marks(len(values))+")", values...)
	}
	if s.patient.Practice != 0 {
		and("practice = ? AND patient = ?", s.patient.Practice, s.patient.ID)
	}
	switch {
	case len(s.states) == 1 && s.states[0] == payment.Created:
		and("state = 'created'") // in so many words, for the index of such attempts
	case len(s.states) > 0:
		values := texts(s.states)
		and("state IN ("+marks(len(values))+")", values...)
	}
	if !s.endedFrom.IsZero() {
		and("ended_at >= ?", micros(s.endedFrom))
	}
	if !s.sentFrom.IsZero() {
		and("sent_at >= ?", micros(s.sentFrom))
	}
	if !s.movedBefore.IsZero() {
		and("sent_at < ?", micros(s.movedBefore))
	}
	if s.claimedFrom != 0 {
		and("claimed_seq >= ?", s.claimedFrom)
	}
	if s.practice != 0 {
		and("practice = ?", s.practice)
	}
	if len(s.patients) > 0 {
		values := several(s.patients)
		and("patient IN ("+marks(len(values))+")", values...)
	}
	if !s.createdFrom.IsZero() {
		and("created_at >= ?", micros(s.createdFrom))
	}
	if s.portal != "" {
		and("portal = ? AND launch = ? AND launch <> ''", s.portal, wide(s.launch))
	}
	if s.code != "" {
		and("upper(substr(id, 1, ?)) = ?", len(s.code), s.code)
	}
	if len(s.undoes) > 0 {
		values := several(s.undoes)
		and("undoes IN ("+marks(len(values))+") AND undoes <> ''", values...)
	}
	if s.check != "" {
		and("check_number = ? AND check_number <> ''", s.check)
	}
	if s.vendor != "" {
		and("vendor_reference = ? AND vendor_reference <> ''", wide(s.vendor))
	}
	if len(s.references) > 0 {
		values := several(s.references)
		and("reference IN ("+marks(len(values))+")", values...)
	}
	if !s.dueBy.IsZero() {
		and("look_at <= ?", micros(s.dueBy))
	}
	switch {
	case len(s.kinds) == 1 && s.kinds[0] == payment.KindVoid:
		and("act = 'void'") // in so many words, for the index of such attempts
	case len(s.kinds) > 0:
		values := texts(s.kinds)
		and("act IN ("+marks(len(values))+")", values...)
	}
	if s.staffed {
		and("staff_role <> ''")
	}
	if s.needsReview {
		and("asked = 1")
	}
	// Both are negated: databases would take the index of states, in which nearly all
	// attempts have one state.
	lasting := []any{string(payment.Succeeded), string(watched[0]), string(watched[1]), string(watched[2])}
	if s.watched {
		and("NOT (state <> ? OR act NOT IN ("+marks(len(watched))+"))", lasting...)
	}
	if s.unwatched {
		and("NOT (state = ? AND act IN ("+marks(len(watched))+"))", lasting...)
	}
	if s.undue {
		and("look_at IS NULL")
	}
	if s.mails {
		and("mail = ?", string(MailDue))
	}
	switch {
	case s.newest:
		condition += " ORDER BY created_at DESC, id"
	case s.dueBy.IsZero():
		condition += " ORDER BY claimed_seq DESC, id"
	default:
		condition += " ORDER BY look_at, id"
	}
	if s.limit != all {
		condition += " LIMIT ?"
		args = append(args, s.limit)
	}
	return condition, args
}

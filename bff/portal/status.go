package portal

import "context"

// VerifyStatus checks a status token, with which a portal's server asks what became of
// a launch: a JWT like a launch token, of the type pay-status+jwt, whose sub is the jti
// of that launch. It may be used until it expires. It answers the portal and the jti.
func (v Verifier) VerifyStatus(ctx context.Context, token string) (from *Portal, jti string, err error) {
	values, from, err := v.signed(ctx, token, statusType, whyStatusType)
	if err == nil {
		r := claimReader{values: values}
		v.readFrame(&r, from)
		jti, err = r.required("sub", longestID), r.err
	}
	if err != nil {
		return nil, "", of(from, err)
	}
	return from, jti, nil
}

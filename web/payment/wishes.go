package payment

// Wishes are what a payer merely wishes with a payment: no money depends on
// them. They are kept together, under these names, and an attempt has them from
// its claim on. A new one stands here and in the list below, on the card form and
// on the receipts; that it is read, kept, hashed and holds no card number is seen
// to for all of them.
type Wishes struct {
	// Email is where the payer wants the receipt.
	Email string `json:"email,omitempty"`
	// Phone is where the practice reaches the payer. It stays with us: the upstream
	// is not told.
	Phone string `json:"phone,omitempty"`
}

// Asked says for which wishes a practice asks that not every practice asks for.
// Its entries stand in the portals file.
type Asked struct {
	Phone bool `toml:"ask_phone" json:"phone,omitempty"`
}

// wish is one of Wishes: its input on the card form, how what is typed there is
// read, and whether a practice asks for it; nil: every practice does.
type wish struct {
	field string
	at    func(*Wishes) *string
	read  func(typed string) (string, *Problem)
	asked func(Asked) bool
}

// wishes are all of them, in the order of the form.
var wishes = []wish{
	{FieldEmail, func(w *Wishes) *string { return &w.Email }, ReadEmail, nil},
	{FieldPhone, func(w *Wishes) *string { return &w.Phone }, ReadPhone, func(a Asked) bool { return a.Phone }},
}

// WishFields are the inputs of all wishes.
func WishFields() (names []string) {
	for _, w := range wishes {
		names = append(names, w.field)
	}
	return names
}

// ReadWishes reads the wishes that are asked for; typed is what stands in an
// input.
func ReadWishes(asked Asked, typed func(field string) string) (read Wishes, problems []Problem) {
	for _, w := range wishes {
		if w.asked != nil && !w.asked(asked) {
			continue
		}
		value, p := w.read(typed(w.field))
		if p != nil {
			problems = append(problems, *p)
		}
		*w.at(&read) = value
	}
	return read, problems
}

// ShownWishes are the wishes as they may be printed back into a form. What is
// read without a problem is no card number, however many digits it has; of the
// rest shown says what may be seen.
func ShownWishes(typed, shown func(field string) string) (back Wishes) {
	for _, w := range wishes {
		text := shown(w.field)
		if text == "" {
			text, _ = w.read(typed(w.field))
		}
		*w.at(&back) = text
	}
	return back
}

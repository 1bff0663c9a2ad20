// Package athenatest simulates athenahealth's payment API: an honest server
// that asks for credentials, remembers what it was told, refuses what the real
// one is known to refuse, and keeps a book of the money it moved. It behaves
// as docs/upstream-api.md says, as far as anything is known.
//
// # In a Go test
//
//	upstream := athenatest.Start(t)
//	client, err := athena.New(athena.Config{
//		URL: upstream.URL, ClientID: athenatest.ClientID, ClientSecret: athenatest.ClientSecret,
//	})
//	upstream.Fault(athenatest.Fault{Endpoint: "collectpayment", When: "after", Do: "cut"})
//	… pay …
//	upstream.Book()                   // every movement of money, in order
//	upstream.Count("collectpayment")  // how many such requests arrived
//	upstream.Requests()               // what they asked, without card numbers
//	upstream.Advance(26 * time.Hour)  // nothing sleeps
//
// StartWith takes Options: the clock, the patients, the practices, the limits.
//
// # In another language
//
// Start bin/athenasim -addr 127.0.0.1:8082 and take that address for the
// host; practice 195900, client id "demo", secret "demo". Its first page, /,
// shows a person what is in it. A test asks and steers it without credentials:
//
//	GET    /sim/patients    the sample patients: who owes what and what each is there to show
//	GET    /sim/book        every movement of money, in cents; with unapplied or today, what of it came as otheramount
//	GET    /sim/requests    the last 200 requests; numbers of cards and undocumented fields masked
//	GET    /sim/clock       the simulator's time
//	POST   /sim/clock       {"now":"2026-11-21T20:00:00-05:00"} or {"advance":"26h"}
//	GET    /sim/faults      those that are pending and those that are spent
//	POST   /sim/faults      a Fault, see there
//	DELETE /sim/faults      forget them all
//	GET    /sim/cards, /sim/endpoints
//
// The book, the patients and the requests of another practice than the first:
// /sim/book?practice=195902.
//
// The earlier gateway's paths, /oauthpreview/token and /preview1/195900/… and
// the like, answer as today's do, and their tokens need no scope: public
// clients still write them.
//
// # Endpoints
//
// The name is what Count and Fault know. The mark says where the shape of a
// good answer comes from: R recorded traffic, D documented fields, I our own
// inference. GET /sim/endpoints lists them all.
//
//	POST /oauth2/v1/token                                            token                       R
//	GET  /v1/{any}/practiceinfo                                      practiceinfo                R
//	GET  /v1/195900/ping                                             ping                        D
//	GET  /v1/195900/departments                                      departments                 R
//	GET  /v1/195900/departments/{id}                                 department                  R
//	GET  /v1/195900/providers/{id}                                   provider                    R
//	GET  /v1/195900/configuration/validnonccpcreditcardmethods       cardmethods                 R
//	GET  /v1/195900/providers                                        providers                   I
//	GET  /v1/195900/patients                                         patients                    R
//	GET  /v1/195900/patients/search                                  patientsearch               I
//	GET  /v1/195900/patients/enhancedbestmatch                       bestmatch                   R
//	GET  /v1/195900/patients/{id}                                    patient                     R
//	GET  /v1/195900/appointments/{id}                                appointment                 R
//	GET  /v1/195900/appointments/booked                              booked                      R
//	GET  /v1/195900/appointments/booked/multipledepartment           bookedof                    R
//	GET  /v1/195900/appointments/changed                             changed (nobody subscribed) R
//	POST /v1/195900/appointments/{id}/startcheckin                   startcheckin                R
//	POST /v1/195900/appointments/{id}/checkin                        checkin                     R
//	GET  /v1/195900/patients/{id}/appointments                       appointments                R
//	GET  /v1/195900/claims                                           claims                      R
//	GET  /v1/195900/claims/{id}                                      claim                       R
//	GET  /v1/195900/claims/{id}/claimtransactions                    claimtransactions           R
//	GET  /v1/195900/patients/{id}/claims/patientoutstanding          patientoutstanding          I
//	GET  /v1/195900/patients/{id}/claims/patientoutstandingdetailed  patientoutstandingdetailed  I
//	GET  /v1/195900/patients/{id}/claims/patientclosed               patientclosed               I
//	GET  /v1/195900/patients/paymenthistory                          paymenthistory              I
//	POST /v1/195900/patients/{id}/collectpayment                     collectpayment              I
//	GET  /v1/195900/patients/{id}/receipts                           receipts                    R
//	POST /v1/195900/patients/{id}/receipts/{id}/email                email                       I
//
// Under /v1/195900/patients/{id} (…), and beside it, what else moves or books
// money, mostly documented by its fields only (D), its answers inferred (I):
//
//	GET, POST        …/collectpayment/storedcard              storedcards, storedcard
//	POST             …/collectpayment/storedcard/{id}         storedcardpayment
//	PUT, DELETE      …/collectpayment/storedcard/{id}         preferredcard, deletecard
//	POST             …/collectpayment/singleappointment/{id}  singleappointment
//	GET              …/collectpayment/singleappointment       singleappointments
//	POST             …/collectpayment/oneyear/{id}            oneyear
//	GET              …/collectpayment/oneyear, …/{id}         oneyears
//	POST             …/collectpayment/oneyear/{id}/emailagreement  emailagreement
//	GET, POST        …/collectpayment/paymentplan             paymentplans, paymentplan
//	POST             …/recordpayment                          recordpayment
//	POST             …/voidpayment/{id}                       voidpayment
//	GET              …/receipts/{id}, …/{id}/details          receipt, receiptdetails
//	GET, POST        …/receipts/{id}/signed                   signedreceipt, signreceipt
//	GET  /v1/195900/misc/singleappointmentcontractterms       singleappointmentterms
//	GET  /v1/195900/misc/oneyearcontractterms                 oneyearterms
//	POST /v1/195900/patientpayvendors/ACME/payments           vendorpayment
//	POST     …/payments/{id}/refund, …/adjustingcharges       vendorrefund, adjustingcharges
//
// Recorded are also the shapes of refusals (missing fields, values that are no
// integer, no date, none of an enumeration), the links of pages, the headers
// and the 401s. Names of parameters count in any case.
//
// # Limits
//
// As the real preview environment: 5 tokens a minute, until its top, and 50000
// calls a day, until midnight GMT, both by the simulator's clock; then 429,
// whose body nobody has published.
//
// # Practices
//
// 195900, and 195901 which the key has no grant for; others do not exist.
// Options.Practices, or athenasim -practices, names others. Each has patients,
// book and mails of its own; clock, tokens, limits, faults and log are one.
//
// # Sample patients and cards
//
// Departments: 7 takes Visa, Mastercard and Discover; 8 takes American Express
// too and belongs to the same provider group as 7; 9 is another provider
// group's and takes no cards on the web, 10 takes them only there, and 11, which
// portals do not show, takes none. GET /sim/patients lists the patients
// and what each is there to show. Some have appointments to come, counted in
// days from the one on which the simulator started. Options.FullDay has a whole
// day of them.
//
// What the card number decides (any future expiry date, any security code):
//
//	4111111111111111, 5555555555554444,
//	378282246310005, 6011111111111117    approved
//	4000000000000002   declined
//	4000000000000127   declined, security code
//	4000000000000119   the processor says "Unknown"; not charged
//	4000000000009011   charged, then the connection is cut before the answer
//	4000000000009029   not charged, connection cut
//	4000000000009037   charged, answer after 90 s
//	4000000000009045   charged, answer is a 502 HTML page
//	4000000000009052   charged, answer is 200 with a body that makes no sense
//	4000000000009060   charged, answer cut, receipt row appears only after 20 s
//	4000000000009078   answered 401 once for each patient, not charged; then approved
//	4000000000009086   answered 429, not charged
//	4000000000000341   can be stored; every charge is declined
//	any other          declined
//
// A card that is stored, or shown for an agreement or a plan, is not charged:
// there a declined card is declined and all others are approved, those that
// cut connections included. They do that when they are charged.
//
// Some things happen by themselves as the clock passes, at 6 a.m. Eastern: the
// claim of a visit with an agreement comes back from the insurance 21 days
// after it ($65.00 for the patient), the patient is mailed, and 5 days later the
// card is charged up to the limit; plans charge their cycles. A decline ends an
// agreement; a plan tries again with its next cycle. Cards 9029 and 9086 are
// tried again the next day. Payments settle at 8 p.m. Eastern and cannot be
// voided from then on. Recorded payments can be posted to this month and the
// one before; earlier months are closed.
//
// # Shapes that drift
//
// Where the real API is known to write one thing in several ways, so does the
// simulator: answers to collectpayment with an even epaymentid are an object
// of texts, those with an odd one an array of one with numbers and booleans, and
// a decline is a 200 with an object of texts. Options.Shape has them otherwise: an
// array of one with texts, say, and declines with 400, which is how a public
// client's tests know them.
// Amounts that are sent in several fields are added up, because that is the
// reading in which a careless client charges twice. amount beside otheramount,
// which it is the old name of, is refused, and so is a field of a form that is
// there twice, and a limit of a list below 1 or above 5000: nobody has recorded
// what the real API does with these, so that is inferred (I). Booleans count in
// any case, which is inferred too. A claimpayment may be indexed, as PHP's form
// encoding makes the documented list: claimpayment[0][501]=10.00. recordpayment
// takes Y and N for todayservice, as the workflow page has it, and booleans, as
// the parameter's own text has it; the other calls take booleans only.
//
// Amounts in this package are whole cents.
package athenatest

// Package athenatest simulates athenahealth's payment API: an honest server
// that asks for credentials, remembers what it was told, refuses what the real
// one is known to refuse, and keeps a book of the money it moved. It behaves
// as athena-api.md says, as far as anything is known.
//
// In a test:
//
//	upstream := athenatest.Start(t)
//	client, err := athena.New(athena.Config{
//		URL: upstream.URL, ClientID: athenatest.ClientID, ClientSecret: athenatest.ClientSecret,
//	})
//	… pay …
//	upstream.Book()                   // every movement of money, in order
//	upstream.Count("collectpayment")  // how many such requests arrived
//
// On a port, for any language: bin/athenasim -addr 127.0.0.1:8082, practice
// 195900, client id "demo", secret "demo". The routes:
//
//	POST /oauth2/v1/token                                     token
//	GET  /v1/195900/ping                                      ping
//	GET  /v1/195900/departments                               departments
//	GET  /v1/195900/departments/{id}                          department
//	GET  /v1/195900/patients/{id}                             patient
//	GET  /v1/195900/appointments/{id}                         appointment
//	POST /v1/195900/patients/{id}/collectpayment              collectpayment
//	GET  /v1/195900/patients/{id}/receipts                    receipts
//	POST /v1/195900/patients/{id}/receipts/{id}/email         email
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
//	GET  /sim/book, GET /sim/patients                         the judge's own, without credentials
//
// Departments: 7 takes Visa, Mastercard and Discover; 8 takes American Express
// too and belongs to the same provider group as 7; 9 is another provider
// group's and takes no cards on the web. GET /sim/patients lists the patients
// and what each is there to show.
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
// claim of a visit with an agreement comes back from the insurance after 21
// days ($65.00 for the patient), the patient is mailed, and 5 days later the
// card is charged up to the limit; plans charge their cycles. A decline ends an
// agreement; a plan tries again with its next cycle. Cards 9029 and 9086 are
// tried again the next day. Payments settle at 8 p.m. Eastern and cannot be
// voided from then on. Recorded payments can be posted to this month and the
// one before; earlier months are closed.
//
// Where the real API is known to write one thing in several ways, so does the
// simulator: answers to collectpayment with an even epaymentid are an object
// of texts, those with an odd one an array of one with numbers and booleans.
// Amounts that are sent in several fields are added up, because that is the
// reading in which a careless client charges twice.
//
// Amounts in this package are whole cents.
package athenatest

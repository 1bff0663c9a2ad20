// Package proof holds the tests of the promise: money moves at most once, and
// nobody is told what is not known. It has no code of its own.
//
// TestSimulation plays scenarios: one ledger, one or two servers over it, an
// upstream that loses answers, payers who double-click and leave, staff who
// record, void, refund, adjust and correct meanwhile, servers that crash or stop at
// any step. In three of ten, payers sign plans and agreements, too: these play on for
// days, in which the upstream charges cards by itself or fails to, something ends
// without a word, and somebody has to be told. What the upstream writes drifts: type, case, padding, order and missing
// fields of its answers. Each plays in virtual time (testing/synctest) from one
// seed, and a seed replays exactly. The judge is the upstream's own book,
// with every page that was shown. The judge is judged, too: with small
// deliberate bugs in place it has to convict.
//
//	make quick                                                    1,000 scenarios
//	make test                                                     4,000
//	make deep                                                     250,000
//	make proof                                                    a million
//	go test ./bff/proof -run '^TestSimulation$' -scenarios 5000   so many; -from 5001 begins with that seed
//	go test ./bff/proof -run '^TestSimulation$' -seed 12345 -v    one, with all that happens
//
// TestKillAtEveryMark kills the real server with SIGKILL at every marked step of
// a payment, TestKillUnderLoad at random; TestServerStoppedInTheMiddle stops one
// of two servers on one PostgreSQL for a minute; TestFullDisk fills the disk.
// TestThroughput is make throughput.
//
// What each file of the simulation is for:
//
//	simulation_test.go            the flags, the runs, the table of what occurred
//	simulation_scenario_test.go   one scenario from a seed to its verdict
//	simulation_world_test.go      what is drawn: bills, payers, what goes wrong
//	simulation_dice_test.go       chances and moments
//	simulation_payer_test.go      who pays
//	simulation_signer_test.go     who signs a plan or an agreement
//	simulation_clerk_test.go      staff at the desk
//	simulation_counter_test.go    what becomes at the upstream of what staff and signers ask for
//	simulation_correct_test.go    what they correct, and what they then do by hand
//	simulation_server_test.go     servers that crash, stop and come back
//	simulation_wiring_test.go     what a server asks of its ledger and of the upstream
//	simulation_ledger_test.go     the boundary around every call of the ledger
//	simulation_watch_test.go      the days after something was signed, and who is told what
//	simulation_upstream_test.go   the upstream and its book
//	simulation_contract_test.go   plans and agreements there: their charges and their ends
//	simulation_athena_test.go     the real client and athenatest in its place
//	simulation_drift_test.go      answers in other forms than the recorded one
//	simulation_record_test.go     what the judge notes of attempts and pages
//	simulation_judge_test.go      what must hold
//	simulation_sabotage_test.go   bugs that the judge has to find
//	simulation_bug_test.go        those that stand in front of the ledger
//	simulation_stage_test.go      portal, keys and sessions
package proof

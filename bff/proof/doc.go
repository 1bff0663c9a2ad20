// Package proof holds tests of the promise that money moves at most once.
package proof

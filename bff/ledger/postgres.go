package ledger

import (
	"context"
	"errors"
	"time"
)

func openPostgres(ctx context.Context, url string, now func() time.Time) (store, error) {
	return nil, errors.New("postgres comes with the next commit")
}

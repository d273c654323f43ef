// Package api speaks to the admin API (v2) of a Garage cluster.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

const (
	// requestTimeout limits one attempt. A call checks its token by argon2 and
	// takes 20 to 80 ms; a busy cluster may take seconds.
	requestTimeout = 30 * time.Second
	// attempts is how often a request is tried that can't have had any effect.
	attempts = 3
	// maxAnswer is more than any answer of the calls used here.
	maxAnswer = 8 << 20
)

// Client sends requests to one cluster. It is safe for concurrent use.
type Client struct {
	base   string
	token  string
	agent  string
	http   *http.Client
	pauses []time.Duration
}

// New makes a client for the admin API at address, such as
// http://localhost:3903.
func New(address, token, version string) (*Client, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%q is not a URL: %w", address, err)
	}
	if (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		return nil, fmt.Errorf("%q is not a URL of the form http://HOST:PORT", address)
	}
	return &Client{
		base:   strings.TrimRight(address, "/"),
		token:  token,
		agent:  "terraform-provider-garage/" + version,
		http:   &http.Client{Timeout: requestTimeout},
		pauses: []time.Duration{200 * time.Millisecond, time.Second},
	}, nil
}

// Error is an answer of the admin API that isn't a success.
type Error struct {
	// Operation is the API's name for what was asked, such as CreateBucket.
	Operation string `json:"-"`
	// Status is the HTTP status.
	Status int `json:"-"`
	// Code is Garage's word for the error, such as BucketNotEmpty.
	Code string `json:"code"`
	// Message is Garage's sentence about it.
	Message string `json:"message"`
}

func (e *Error) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("%s: Garage answered %d: %s", e.Operation, e.Status, e.Message)
	}
	return fmt.Sprintf("%s: Garage answered %d %s: %s", e.Operation, e.Status, e.Code, e.Message)
}

// HasCode tells whether an error is an answer of Garage with one of these codes.
func HasCode(err error, codes ...string) bool {
	var answer *Error
	if !errors.As(err, &answer) {
		return false
	}
	for _, code := range codes {
		if answer.Code == code {
			return true
		}
	}
	return false
}

// NotFound tells whether an error says that the bucket or key isn't there.
func NotFound(err error) bool {
	return HasCode(err, "NoSuchBucket", "NoSuchAccessKey")
}

// Refused tells whether an error says that the token isn't accepted.
func Refused(err error) bool {
	var answer *Error
	return errors.As(err, &answer) && (answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden)
}

// Unreachable tells whether an error says that nobody answered.
func Unreachable(err error) bool {
	var answer *Error
	var transport *url.Error
	return !errors.As(err, &answer) && errors.As(err, &transport)
}

// get reads; a failed attempt is repeated when the network or the server is at fault.
func (c *Client) get(ctx context.Context, operation string, query url.Values, answer any) error {
	return c.call(ctx, http.MethodGet, operation, query, nil, answer)
}

// post writes; it is only repeated when the request can't have arrived.
func (c *Client) post(ctx context.Context, operation string, query url.Values, body, answer any) error {
	return c.call(ctx, http.MethodPost, operation, query, body, answer)
}

func (c *Client) call(ctx context.Context, method, operation string, query url.Values, body, answer any) error {
	var sent []byte
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("%s: %w", operation, err)
		}
		sent = encoded
	}
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			select {
			case <-ctx.Done():
				return fmt.Errorf("%s: %w", operation, ctx.Err())
			case <-time.After(c.pauses[attempt-1]):
			}
		}
		err = c.once(ctx, method, operation, query, sent, answer)
		if err == nil || !repeatable(method, err) {
			break
		}
	}
	return err
}

// repeatable tells whether asking again can help and can't do harm.
func repeatable(method string, err error) bool {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" || errors.Is(err, syscall.ECONNREFUSED) {
		return true
	}
	if method != http.MethodGet {
		return false
	}
	var answer *Error
	if errors.As(err, &answer) {
		return answer.Status >= 500
	}
	return Unreachable(err) && !errors.Is(err, context.Canceled)
}

func (c *Client) once(ctx context.Context, method, operation string, query url.Values, body []byte, answer any) error {
	address := c.base + "/v2/" + operation
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("User-Agent", c.agent)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: reading the answer: %w", operation, err)
	}
	if response.StatusCode/100 != 2 {
		return failure(operation, response.StatusCode, text)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%s: %s doesn't answer as Garage's admin API does: %w", operation, c.base, err)
	}
	return nil
}

// failure reads an answer that isn't a success; what isn't Garage's JSON is kept as text.
func failure(operation string, status int, text []byte) error {
	answer := &Error{}
	if json.Unmarshal(text, answer) != nil || answer.Code == "" {
		answer = &Error{Message: strings.TrimSpace(string(text[:min(len(text), 300)]))}
	}
	answer.Operation, answer.Status = operation, status
	return answer
}

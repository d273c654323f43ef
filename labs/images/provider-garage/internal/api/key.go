package api

import (
	"context"
	"net/url"
)

// Key is what Garage says of an access key.
type Key struct {
	AccessKeyID string `json:"accessKeyId"`
	Name        string `json:"name"`
	// SecretAccessKey is only there when it was asked for.
	SecretAccessKey string `json:"secretAccessKey"`
}

// CreateKey makes an access key; its secret is in the answer.
func (c *Client) CreateKey(ctx context.Context, name string) (*Key, error) {
	key := &Key{}
	return key, c.post(ctx, "CreateKey", nil, map[string]string{"name": name}, key)
}

// Key reads a key without its secret.
func (c *Client) Key(ctx context.Context, accessKeyID string) (*Key, error) {
	key := &Key{}
	return key, c.get(ctx, "GetKeyInfo", url.Values{"id": {accessKeyID}}, key)
}

// KeyWithSecret reads a key and its secret.
func (c *Client) KeyWithSecret(ctx context.Context, accessKeyID string) (*Key, error) {
	key := &Key{}
	query := url.Values{"id": {accessKeyID}, "showSecretKey": {"true"}}
	return key, c.get(ctx, "GetKeyInfo", query, key)
}

// RenameKey changes a key's name and nothing else.
func (c *Client) RenameKey(ctx context.Context, accessKeyID, name string) error {
	return c.post(ctx, "UpdateKey", url.Values{"id": {accessKeyID}}, map[string]string{"name": name}, nil)
}

// DeleteKey removes a key; it loses all its permissions.
func (c *Client) DeleteKey(ctx context.Context, accessKeyID string) error {
	return c.post(ctx, "DeleteKey", url.Values{"id": {accessKeyID}}, nil, nil)
}

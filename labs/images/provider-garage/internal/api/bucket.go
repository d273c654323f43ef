package api

import (
	"context"
	"net/url"
	"slices"
)

// Bucket is what Garage says of a bucket.
type Bucket struct {
	ID            string       `json:"id"`
	GlobalAliases []string     `json:"globalAliases"`
	WebsiteAccess bool         `json:"websiteAccess"`
	WebsiteConfig *Website     `json:"websiteConfig"`
	Quotas        Quotas       `json:"quotas"`
	Keys          []AllowedKey `json:"keys"`
	Objects       int64        `json:"objects"`
	Bytes         int64        `json:"bytes"`
}

// Website is how a bucket is served to browsers.
type Website struct {
	IndexDocument string  `json:"indexDocument"`
	ErrorDocument *string `json:"errorDocument"`
}

// Quotas limit a bucket; nil is no limit.
type Quotas struct {
	MaxSize    *int64 `json:"maxSize"`
	MaxObjects *int64 `json:"maxObjects"`
}

// AllowedKey is a key that may do something in a bucket.
type AllowedKey struct {
	AccessKeyID string      `json:"accessKeyId"`
	Permissions Permissions `json:"permissions"`
}

// Permissions are what a key may do in a bucket.
type Permissions struct {
	Read  bool `json:"read"`
	Write bool `json:"write"`
	Owner bool `json:"owner"`
}

// BucketSettings are what one request can change of a bucket.
type BucketSettings struct {
	// Website as it shall be; nil switches it off.
	Website *Website
	// Quotas as they shall be.
	Quotas Quotas
}

// Permissions returns what a key may do in the bucket.
func (b *Bucket) Permissions(accessKeyID string) Permissions {
	for _, key := range b.Keys {
		if key.AccessKeyID == accessKeyID {
			return key.Permissions
		}
	}
	return Permissions{}
}

// HasAlias tells whether the bucket answers to a name.
func (b *Bucket) HasAlias(alias string) bool {
	return slices.Contains(b.GlobalAliases, alias)
}

// CreateBucket makes a bucket with one global alias.
func (c *Client) CreateBucket(ctx context.Context, globalAlias string) (*Bucket, error) {
	bucket := &Bucket{}
	body := map[string]string{"globalAlias": globalAlias}
	return bucket, c.post(ctx, "CreateBucket", nil, body, bucket)
}

// BucketByID reads a bucket by its identifier.
func (c *Client) BucketByID(ctx context.Context, id string) (*Bucket, error) {
	bucket := &Bucket{}
	return bucket, c.get(ctx, "GetBucketInfo", url.Values{"id": {id}}, bucket)
}

// BucketByAlias reads a bucket by one of its global aliases.
func (c *Client) BucketByAlias(ctx context.Context, alias string) (*Bucket, error) {
	bucket := &Bucket{}
	return bucket, c.get(ctx, "GetBucketInfo", url.Values{"globalAlias": {alias}}, bucket)
}

// UpdateBucket sets website and quotas, both as a whole.
func (c *Client) UpdateBucket(ctx context.Context, id string, settings BucketSettings) (*Bucket, error) {
	website := map[string]any{"enabled": settings.Website != nil}
	if settings.Website != nil {
		website["indexDocument"] = settings.Website.IndexDocument
		if settings.Website.ErrorDocument != nil {
			website["errorDocument"] = *settings.Website.ErrorDocument
		}
	}
	body := map[string]any{"websiteAccess": website, "quotas": settings.Quotas}
	bucket := &Bucket{}
	return bucket, c.post(ctx, "UpdateBucket", url.Values{"id": {id}}, body, bucket)
}

// RenameBucket gives a bucket another global alias. The new one comes first:
// Garage doesn't take a bucket's last name away.
func (c *Client) RenameBucket(ctx context.Context, id, from, to string) error {
	type alias struct {
		BucketID    string `json:"bucketId"`
		GlobalAlias string `json:"globalAlias"`
	}
	if err := c.post(ctx, "AddBucketAlias", nil, alias{id, to}, nil); err != nil {
		return err
	}
	if from == "" {
		return nil
	}
	return c.post(ctx, "RemoveBucketAlias", nil, alias{id, from}, nil)
}

// DeleteBucket removes an empty bucket.
func (c *Client) DeleteBucket(ctx context.Context, id string) error {
	return c.post(ctx, "DeleteBucket", url.Values{"id": {id}}, nil, nil)
}

// SetPermissions makes what a key may do in a bucket exactly what is given.
// Garage's two calls each act on the flags that are true only, so an exact
// result needs both. What is taken away goes first: nobody ever has more than
// the old and the new permissions together.
func (c *Client) SetPermissions(ctx context.Context, bucketID, accessKeyID string, wanted Permissions) (*Bucket, error) {
	type change struct {
		BucketID    string      `json:"bucketId"`
		AccessKeyID string      `json:"accessKeyId"`
		Permissions Permissions `json:"permissions"`
	}
	bucket := &Bucket{}
	unwanted := Permissions{Read: !wanted.Read, Write: !wanted.Write, Owner: !wanted.Owner}
	for _, step := range []struct {
		operation   string
		permissions Permissions
	}{{"DenyBucketKey", unwanted}, {"AllowBucketKey", wanted}} {
		if step.permissions == (Permissions{}) {
			continue
		}
		if err := c.post(ctx, step.operation, nil, change{bucketID, accessKeyID, step.permissions}, bucket); err != nil {
			return nil, err
		}
	}
	return bucket, nil
}

package provider

import (
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"lab.invalid/terraform-provider-garage/internal/api"
)

// bucketModel is a bucket as state and configuration hold it.
type bucketModel struct {
	ID          types.String  `tfsdk:"id"`
	GlobalAlias types.String  `tfsdk:"global_alias"`
	Website     *websiteModel `tfsdk:"website"`
	Quotas      *quotasModel  `tfsdk:"quotas"`
}

type websiteModel struct {
	IndexDocument types.String `tfsdk:"index_document"`
	ErrorDocument types.String `tfsdk:"error_document"`
}

type quotasModel struct {
	MaxSize    types.Int64 `tfsdk:"max_size"`
	MaxObjects types.Int64 `tfsdk:"max_objects"`
}

// fill takes over what Garage says. Of several aliases it keeps the one that is
// known; only when the bucket has lost that one does another stand in for it.
func (m *bucketModel) fill(bucket *api.Bucket, known string) {
	m.ID = types.StringValue(bucket.ID)
	switch {
	case bucket.HasAlias(known):
		m.GlobalAlias = types.StringValue(known)
	case len(bucket.GlobalAliases) > 0:
		m.GlobalAlias = types.StringValue(bucket.GlobalAliases[0])
	default:
		m.GlobalAlias = types.StringNull()
	}
	m.Website = website(bucket)
	m.Quotas = quotas(bucket.Quotas)
}

func website(bucket *api.Bucket) *websiteModel {
	if !bucket.WebsiteAccess || bucket.WebsiteConfig == nil {
		return nil
	}
	return &websiteModel{
		IndexDocument: types.StringValue(bucket.WebsiteConfig.IndexDocument),
		ErrorDocument: types.StringPointerValue(bucket.WebsiteConfig.ErrorDocument),
	}
}

func quotas(limits api.Quotas) *quotasModel {
	if limits == (api.Quotas{}) {
		return nil
	}
	return &quotasModel{
		MaxSize:    types.Int64PointerValue(limits.MaxSize),
		MaxObjects: types.Int64PointerValue(limits.MaxObjects),
	}
}

func (m *bucketModel) hasSettings() bool {
	return m.Website != nil || m.Quotas != nil
}

// settings is what one request says of website and quotas.
func (m *bucketModel) settings() api.BucketSettings {
	settings := api.BucketSettings{}
	if m.Website != nil {
		settings.Website = &api.Website{
			IndexDocument: m.Website.IndexDocument.ValueString(),
			ErrorDocument: m.Website.ErrorDocument.ValueStringPointer(),
		}
	}
	if m.Quotas != nil {
		settings.Quotas = api.Quotas{
			MaxSize:    m.Quotas.MaxSize.ValueInt64Pointer(),
			MaxObjects: m.Quotas.MaxObjects.ValueInt64Pointer(),
		}
	}
	return settings
}

// name is what a message calls the bucket.
func (m *bucketModel) name() string {
	if alias := m.GlobalAlias.ValueString(); alias != "" {
		return alias
	}
	return m.ID.ValueString()
}

// aliasIsTaken tells Garage's general code apart, which it also uses for a name
// that another bucket has when a bucket is renamed.
func aliasIsTaken(err error) bool {
	var answer *api.Error
	return errors.As(err, &answer) && answer.Operation == "AddBucketAlias" && strings.Contains(answer.Message, "already")
}

package provider

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"lab.invalid/terraform-provider-garage/internal/api"
)

// attribute is what a documentation page has to say.
type attribute struct{ name, description string }

// pages are the documentation pages and the attributes that each must tell of.
func pages(t *testing.T) map[string][]attribute {
	t.Helper()
	ctx, found := context.Background(), map[string][]attribute{}
	garage := New("test")()
	var config provider.SchemaResponse
	garage.Schema(ctx, provider.SchemaRequest{}, &config)
	valid(t, config.Schema.ValidateImplementation(ctx))
	for name, attr := range config.Schema.Attributes {
		found["index.md"] = append(found["index.md"], attribute{name, attr.(providerschema.StringAttribute).MarkdownDescription})
	}
	for _, make := range garage.Resources(ctx) {
		var name resource.MetadataResponse
		var schema resource.SchemaResponse
		make().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "garage"}, &name)
		make().Schema(ctx, resource.SchemaRequest{}, &schema)
		valid(t, schema.Schema.ValidateImplementation(ctx))
		page := "resources/" + strings.TrimPrefix(name.TypeName, "garage_") + ".md"
		for name, attr := range schema.Schema.Attributes {
			found[page] = append(found[page], attribute{name, attr.GetMarkdownDescription()})
			if nested, ok := attr.(resourceschema.SingleNestedAttribute); ok {
				for name, attr := range nested.Attributes {
					found[page] = append(found[page], attribute{name, attr.GetMarkdownDescription()})
				}
			}
		}
	}
	for _, make := range garage.DataSources(ctx) {
		var name datasource.MetadataResponse
		var schema datasource.SchemaResponse
		make().Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "garage"}, &name)
		make().Schema(ctx, datasource.SchemaRequest{}, &schema)
		valid(t, schema.Schema.ValidateImplementation(ctx))
		page := "data-sources/" + strings.TrimPrefix(name.TypeName, "garage_") + ".md"
		for name, attr := range schema.Schema.Attributes {
			found[page] = append(found[page], attribute{name, attr.GetMarkdownDescription()})
			if nested, ok := attr.(datasourceschema.SingleNestedAttribute); ok {
				for name, attr := range nested.Attributes {
					found[page] = append(found[page], attribute{name, attr.GetMarkdownDescription()})
				}
			}
		}
	}
	for _, make := range garage.(provider.ProviderWithEphemeralResources).EphemeralResources(ctx) {
		var name ephemeral.MetadataResponse
		var schema ephemeral.SchemaResponse
		make().Metadata(ctx, ephemeral.MetadataRequest{ProviderTypeName: "garage"}, &name)
		make().Schema(ctx, ephemeral.SchemaRequest{}, &schema)
		valid(t, schema.Schema.ValidateImplementation(ctx))
		page := "ephemeral-resources/" + strings.TrimPrefix(name.TypeName, "garage_") + ".md"
		for name, attr := range schema.Schema.Attributes {
			found[page] = append(found[page], attribute{name, attr.(ephemeralschema.StringAttribute).MarkdownDescription})
		}
	}
	return found
}

func valid(t *testing.T, diagnostics diag.Diagnostics) {
	t.Helper()
	if diagnostics.HasError() {
		t.Error(diagnostics)
	}
}

func TestEveryAttributeIsDocumented(t *testing.T) {
	wanted := pages(t)
	for page, attributes := range wanted {
		text, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, attribute := range attributes {
			if attribute.description == "" || !strings.Contains(string(text), attribute.description) {
				t.Errorf("docs/%s: %s isn't described by %q", page, attribute.name, attribute.description)
			}
		}
	}
	err := filepath.WalkDir("../../docs", func(path string, entry os.DirEntry, err error) error {
		if name, _ := filepath.Rel("../../docs", path); err == nil && !entry.IsDir() && wanted[filepath.ToSlash(name)] == nil {
			t.Errorf("docs/%s documents nothing", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBucketNames(t *testing.T) {
	for name, good := range map[string]bool{
		"abc": true, "a-b.c1": true, "0ab": true, strings.Repeat("a", 63): true,
		"ab": false, "Abc": false, "-abc": false, "abc-": false, "a_b": false, "": false, strings.Repeat("a", 64): false,
	} {
		if bucketName.MatchString(name) != good {
			t.Errorf("%q", name)
		}
	}
}

func TestTheKnownAliasStays(t *testing.T) {
	bucket := &api.Bucket{ID: "1", GlobalAliases: []string{"a", "b"}}
	model := bucketModel{}
	for known, want := range map[string]string{"b": "b", "a": "a", "gone": "a", "": "a"} {
		if model.fill(bucket, known); model.GlobalAlias.ValueString() != want {
			t.Errorf("%q became %q", known, model.GlobalAlias)
		}
	}
	if model.fill(&api.Bucket{ID: "1"}, "a"); !model.GlobalAlias.IsNull() || model.name() != "1" {
		t.Error("a bucket without a name has one")
	}
}

func TestSettingsGoThereAndBack(t *testing.T) {
	page, most := "404.html", int64(7)
	for _, bucket := range []*api.Bucket{
		{},
		{WebsiteAccess: true, WebsiteConfig: &api.Website{IndexDocument: "i"}},
		{WebsiteAccess: true, WebsiteConfig: &api.Website{IndexDocument: "i", ErrorDocument: &page}, Quotas: api.Quotas{MaxSize: &most}},
		{Quotas: api.Quotas{MaxObjects: &most, MaxSize: &most}},
	} {
		model := bucketModel{}
		model.fill(bucket, "")
		settings := model.settings()
		if bucket.WebsiteAccess != (settings.Website != nil) || model.hasSettings() != (bucket.WebsiteAccess || bucket.Quotas != (api.Quotas{})) {
			t.Errorf("%+v became %+v", bucket, settings)
		}
		again := bucketModel{}
		again.fill(&api.Bucket{WebsiteAccess: settings.Website != nil, WebsiteConfig: settings.Website, Quotas: settings.Quotas}, "")
		if (again.Website == nil) != (model.Website == nil) || again.Website != nil && *again.Website != *model.Website ||
			(again.Quotas == nil) != (model.Quotas == nil) || again.Quotas != nil && *again.Quotas != *model.Quotas {
			t.Errorf("%+v became %+v", model, again)
		}
	}
	// What Garage remembers of a website that is switched off doesn't count.
	model := bucketModel{}
	if model.fill(&api.Bucket{WebsiteConfig: &api.Website{IndexDocument: "i"}}, ""); model.Website != nil {
		t.Error("a website that is off is on")
	}
}

func TestPermissionsOfAKey(t *testing.T) {
	bucket := &api.Bucket{Keys: []api.AllowedKey{{AccessKeyID: "GK1", Permissions: api.Permissions{Read: true}}, {AccessKeyID: "GK2"}}}
	model := permissionModel{BucketID: types.StringValue("b"), AccessKeyID: types.StringValue("GK1")}
	if !model.fill(bucket) || !model.Read.ValueBool() || model.Write.ValueBool() || model.ID.ValueString() != "b/GK1" {
		t.Errorf("%+v", model)
	}
	for _, key := range []string{"GK2", "GK3"} {
		model.AccessKeyID = types.StringValue(key)
		if model.fill(bucket) {
			t.Errorf("%s may do something", key)
		}
	}
}

func TestErrorsNameTheNextStep(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{&api.Error{Operation: "CreateBucket", Status: 409, Code: "BucketAlreadyExists", Message: "m"}, `Garage answered 409 BucketAlreadyExists: m\.\n\nAnother bucket has this name`},
		{&api.Error{Operation: "AddBucketAlias", Status: 400, Code: "InvalidRequest", Message: "Alias x already exists"}, `Another bucket has this name`},
		{&api.Error{Operation: "DeleteBucket", Status: 409, Code: "BucketNotEmpty"}, `only deletes empty buckets`},
		{&api.Error{Operation: "CreateKey", Status: 403, Code: "AccessDenied"}, `GARAGE_ADMIN_TOKEN`},
		{&api.Error{Operation: "CreateKey", Status: 500, Message: "m"}, `^CreateKey: Garage answered 500: m\.$`},
	} {
		var diagnostics diag.Diagnostics
		failed(&diagnostics, "Can't do it", test.err)
		if detail := diagnostics[0].Detail(); !regexp.MustCompile(test.want).MatchString(detail) {
			t.Errorf("%v: %s", test.err, detail)
		}
	}
}

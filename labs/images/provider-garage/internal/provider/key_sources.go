package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"lab.invalid/terraform-provider-garage/internal/api"
)

// keyDataSource reads a key without its secret: a data source's values lie in the state.
type keyDataSource struct{ client *api.Client }

var _ datasource.DataSourceWithConfigure = &keyDataSource{}

type keyDataModel struct {
	AccessKeyID types.String `tfsdk:"access_key_id"`
	Name        types.String `tfsdk:"name"`
}

func (d *keyDataSource) Metadata(_ context.Context, request datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_key"
}

func (d *keyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Reads an access key that something else manages, without its secret. The ephemeral resource of the same name has that one.",
		Attributes: map[string]schema.Attribute{
			"access_key_id": schema.StringAttribute{Required: true, MarkdownDescription: "The key's public half."},
			"name":          schema.StringAttribute{Computed: true, MarkdownDescription: "Its name."},
		},
	}
}

func (d *keyDataSource) Configure(_ context.Context, request datasource.ConfigureRequest, response *datasource.ConfigureResponse) {
	d.client = client(request.ProviderData, &response.Diagnostics)
}

func (d *keyDataSource) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	var model keyDataModel
	response.Diagnostics.Append(request.Config.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	key, err := d.client.Key(ctx, model.AccessKeyID.ValueString())
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't read the key %q", model.AccessKeyID.ValueString()), err)
		return
	}
	model.Name = types.StringValue(key.Name)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

// keyEphemeral reads a key's secret for the length of one run: neither plan nor state keeps it.
type keyEphemeral struct{ client *api.Client }

var _ ephemeral.EphemeralResourceWithConfigure = &keyEphemeral{}

type keyEphemeralModel struct {
	AccessKeyID     types.String `tfsdk:"access_key_id"`
	Name            types.String `tfsdk:"name"`
	SecretAccessKey types.String `tfsdk:"secret_access_key"`
}

func (e *keyEphemeral) Metadata(_ context.Context, request ephemeral.MetadataRequest, response *ephemeral.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_key"
}

func (e *keyEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, response *ephemeral.SchemaResponse) {
	response.Schema = ephemeralschema.Schema{
		MarkdownDescription: "An access key with its secret, which neither plan nor state keeps.",
		Attributes: map[string]ephemeralschema.Attribute{
			"access_key_id":     ephemeralschema.StringAttribute{Required: true, MarkdownDescription: "The key's public half."},
			"name":              ephemeralschema.StringAttribute{Computed: true, MarkdownDescription: "Its name."},
			"secret_access_key": ephemeralschema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The secret half."},
		},
	}
}

func (e *keyEphemeral) Configure(_ context.Context, request ephemeral.ConfigureRequest, response *ephemeral.ConfigureResponse) {
	e.client = client(request.ProviderData, &response.Diagnostics)
}

func (e *keyEphemeral) Open(ctx context.Context, request ephemeral.OpenRequest, response *ephemeral.OpenResponse) {
	var model keyEphemeralModel
	response.Diagnostics.Append(request.Config.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	key, err := e.client.KeyWithSecret(ctx, model.AccessKeyID.ValueString())
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't open the key %q", model.AccessKeyID.ValueString()), err)
		return
	}
	model.Name, model.SecretAccessKey = types.StringValue(key.Name), types.StringValue(key.SecretAccessKey)
	response.Diagnostics.Append(response.Result.Set(ctx, &model)...)
}

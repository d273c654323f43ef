// Package provider is what Terraform sees: schemas, and their translation into
// calls of the admin API.
package provider

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"lab.invalid/terraform-provider-garage/internal/api"
)

// Address is what a configuration's `source` says.
const Address = "lab.local/lab/garage"

// Environment variables that stand in for attributes of the configuration.
const (
	urlVariable   = "GARAGE_ADMIN_URL"
	tokenVariable = "GARAGE_ADMIN_TOKEN"
)

type garageProvider struct{ version string }

type providerModel struct {
	URL   types.String `tfsdk:"url"`
	Token types.String `tfsdk:"token"`
}

// New makes the provider's factory.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &garageProvider{version: version} }
}

func (p *garageProvider) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName, response.Version = "garage", p.version
}

func (p *garageProvider) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Buckets, access keys and permissions of a Garage cluster, through its admin API v2.",
		Attributes: map[string]schema.Attribute{
			"url": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Address of the admin API, such as `http://localhost:3903`. Left out: the environment variable `GARAGE_ADMIN_URL`.",
			},
			"token": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "An admin token. Left out: the environment variable `GARAGE_ADMIN_TOKEN`, which keeps it out of files.",
			},
		},
	}
}

func (p *garageProvider) Configure(ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse) {
	var model providerModel
	response.Diagnostics.Append(request.Config.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	address := setting(&response.Diagnostics, "url", urlVariable, model.URL)
	token := setting(&response.Diagnostics, "token", tokenVariable, model.Token)
	if response.Diagnostics.HasError() {
		return
	}
	client, err := api.New(address, token, p.version)
	if err != nil {
		response.Diagnostics.AddAttributeError(path.Root("url"), "The address of the admin API can't be used", err.Error()+".")
		return
	}
	response.ResourceData, response.DataSourceData, response.EphemeralResourceData = client, client, client
}

// setting is an attribute, or else its environment variable.
func setting(diagnostics *diag.Diagnostics, attribute, variable string, given types.String) string {
	if given.IsUnknown() {
		diagnostics.AddAttributeError(path.Root(attribute),
			fmt.Sprintf("The provider's %s isn't known yet", attribute),
			"It depends on a resource that is only made by the apply, and the provider is needed before. Use a value that is known when planning.")
		return ""
	}
	value := given.ValueString()
	if value == "" {
		value = os.Getenv(variable)
	}
	if value == "" {
		diagnostics.AddAttributeError(path.Root(attribute),
			fmt.Sprintf("The provider has no %s", attribute),
			fmt.Sprintf("Set %q in the provider block, or the environment variable %s.", attribute, variable))
	}
	return value
}

func (p *garageProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &bucketResource{} },
		func() resource.Resource { return &keyResource{} },
		func() resource.Resource { return &permissionResource{} },
	}
}

func (p *garageProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &bucketDataSource{} },
		func() datasource.DataSource { return &keyDataSource{} },
	}
}

func (p *garageProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		func() ephemeral.EphemeralResource { return &keyEphemeral{} },
	}
}

// client takes what Configure handed on; it is nil while a configuration is only validated.
func client(data any, diagnostics *diag.Diagnostics) *api.Client {
	if data == nil {
		return nil
	}
	client, ok := data.(*api.Client)
	if !ok {
		diagnostics.AddError("The provider made a mistake", fmt.Sprintf("It handed on a %T instead of its client. Please report this.", data))
	}
	return client
}

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"lab.invalid/terraform-provider-garage/internal/api"
)

type keyResource struct{ client *api.Client }

var (
	_ resource.ResourceWithConfigure   = &keyResource{}
	_ resource.ResourceWithImportState = &keyResource{}
)

// keyModel is an access key as state and configuration hold it.
type keyModel struct {
	ID              types.String `tfsdk:"id"`
	Name            types.String `tfsdk:"name"`
	AccessKeyID     types.String `tfsdk:"access_key_id"`
	SecretAccessKey types.String `tfsdk:"secret_access_key"`
}

func (m *keyModel) fill(key *api.Key) {
	m.ID = types.StringValue(key.AccessKeyID)
	m.AccessKeyID = types.StringValue(key.AccessKeyID)
	m.Name = types.StringValue(key.Name)
	m.SecretAccessKey = types.StringValue(key.SecretAccessKey)
}

func (r *keyResource) Metadata(_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_key"
}

func (r *keyResource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	response.Schema = schema.Schema{
		MarkdownDescription: "An S3 access key. It may do nothing until a `garage_bucket_permission` says so.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The same as `access_key_id`.",
				PlanModifiers:       keep,
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "A name for people. Several keys may have the same one.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"access_key_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The public half: `GK` and 24 hexadecimal digits.",
				PlanModifiers:       keep,
			},
			"secret_access_key": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The secret half. It lies in the state in plain text, so whoever can read the state can use the key.",
				PlanModifiers:       keep,
			},
		},
	}
}

func (r *keyResource) Configure(_ context.Context, request resource.ConfigureRequest, response *resource.ConfigureResponse) {
	r.client = client(request.ProviderData, &response.Diagnostics)
}

func (r *keyResource) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var plan keyModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	key, err := r.client.CreateKey(ctx, plan.Name.ValueString())
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't create the key %q", plan.Name.ValueString()), err)
		return
	}
	plan.fill(key)
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
}

func (r *keyResource) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var state keyModel
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	key, err := r.client.KeyWithSecret(ctx, state.ID.ValueString())
	if api.NotFound(err) {
		response.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't read the key %q", state.ID.ValueString()), err)
		return
	}
	state.fill(key)
	response.Diagnostics.Append(response.State.Set(ctx, &state)...)
}

func (r *keyResource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var plan keyModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	// The name is all that a plan can change.
	if err := r.client.RenameKey(ctx, plan.ID.ValueString(), plan.Name.ValueString()); err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't rename the key %q to %q", plan.ID.ValueString(), plan.Name.ValueString()), err)
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
}

func (r *keyResource) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var state keyModel
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	if err := r.client.DeleteKey(ctx, state.ID.ValueString()); err != nil && !api.NotFound(err) {
		failed(&response.Diagnostics, fmt.Sprintf("Can't delete the key %q", state.Name.ValueString()), err)
	}
}

// ImportState takes an access key id.
func (r *keyResource) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	key, err := r.client.KeyWithSecret(ctx, request.ID)
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't import the key %q", request.ID), err)
		return
	}
	imported := keyModel{}
	imported.fill(key)
	response.Diagnostics.Append(response.State.Set(ctx, &imported)...)
}

package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"lab.invalid/terraform-provider-garage/internal/api"
)

type permissionResource struct{ client *api.Client }

var (
	_ resource.ResourceWithConfigure      = &permissionResource{}
	_ resource.ResourceWithImportState    = &permissionResource{}
	_ resource.ResourceWithValidateConfig = &permissionResource{}
)

// permissionModel is a permission as state and configuration hold it.
type permissionModel struct {
	ID          types.String `tfsdk:"id"`
	BucketID    types.String `tfsdk:"bucket_id"`
	AccessKeyID types.String `tfsdk:"access_key_id"`
	Read        types.Bool   `tfsdk:"read"`
	Write       types.Bool   `tfsdk:"write"`
	Owner       types.Bool   `tfsdk:"owner"`
}

// fill takes over what Garage says, and tells whether anything is permitted.
func (m *permissionModel) fill(bucket *api.Bucket) bool {
	found := bucket.Permissions(m.AccessKeyID.ValueString())
	m.ID = types.StringValue(m.BucketID.ValueString() + "/" + m.AccessKeyID.ValueString())
	m.Read, m.Write, m.Owner = types.BoolValue(found.Read), types.BoolValue(found.Write), types.BoolValue(found.Owner)
	return found != api.Permissions{}
}

func (m *permissionModel) permissions() api.Permissions {
	return api.Permissions{Read: m.Read.ValueBool(), Write: m.Write.ValueBool(), Owner: m.Owner.ValueBool()}
}

// what is how a message names the permission.
func (m *permissionModel) what() string {
	return fmt.Sprintf("the permission of key %q in bucket %q", m.AccessKeyID.ValueString(), m.BucketID.ValueString())
}

func (r *permissionResource) Metadata(_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_bucket_permission"
}

func (r *permissionResource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
			MarkdownDescription: description + " Default: `false`.",
		}
	}
	response.Schema = schema.Schema{
		MarkdownDescription: "What one key may do in one bucket: exactly this, and nothing else.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`BUCKET_ID/ACCESS_KEY_ID`.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"bucket_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The bucket's `id`, not its name.",
				PlanModifiers:       replace,
			},
			"access_key_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The key's `access_key_id`.",
				PlanModifiers:       replace,
			},
			"read":  flag("Whether the key may list the bucket and read its objects."),
			"write": flag("Whether the key may write and delete objects."),
			"owner": flag("Whether the key may change the bucket itself: its website settings, and the bucket's deletion."),
		},
	}
}

// ValidateConfig refuses a permission to do nothing: Garage keeps no trace of
// one, so it would be made again by each apply.
func (r *permissionResource) ValidateConfig(ctx context.Context, request resource.ValidateConfigRequest, response *resource.ValidateConfigResponse) {
	var config permissionModel
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	if response.Diagnostics.HasError() {
		return
	}
	unknown := config.Read.IsUnknown() || config.Write.IsUnknown() || config.Owner.IsUnknown()
	if !unknown && config.permissions() == (api.Permissions{}) {
		response.Diagnostics.AddError("This permission permits nothing",
			"At least one of read, write and owner must be true. To take all permissions away, remove the resource.")
	}
}

func (r *permissionResource) Configure(_ context.Context, request resource.ConfigureRequest, response *resource.ConfigureResponse) {
	r.client = client(request.ProviderData, &response.Diagnostics)
}

func (r *permissionResource) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	r.apply(ctx, "set", request.Plan, &response.State, &response.Diagnostics)
}

// apply makes the permission as the plan says, which is the same whether or not it was there.
func (r *permissionResource) apply(ctx context.Context, verb string, planned tfsdk.Plan, state *tfsdk.State, diagnostics *diag.Diagnostics) {
	var plan permissionModel
	diagnostics.Append(planned.Get(ctx, &plan)...)
	if diagnostics.HasError() {
		return
	}
	bucket, err := r.client.SetPermissions(ctx, plan.BucketID.ValueString(), plan.AccessKeyID.ValueString(), plan.permissions())
	if err != nil {
		failed(diagnostics, "Can't "+verb+" "+plan.what(), err)
		return
	}
	plan.fill(bucket)
	diagnostics.Append(state.Set(ctx, &plan)...)
}

func (r *permissionResource) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var state permissionModel
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	bucket, err := r.client.BucketByID(ctx, state.BucketID.ValueString())
	if err != nil && !api.NotFound(err) {
		failed(&response.Diagnostics, "Can't read "+state.what(), err)
		return
	}
	if err != nil || !state.fill(bucket) {
		response.State.RemoveResource(ctx)
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &state)...)
}

func (r *permissionResource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	r.apply(ctx, "change", request.Plan, &response.State, &response.Diagnostics)
}

func (r *permissionResource) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var state permissionModel
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	_, err := r.client.SetPermissions(ctx, state.BucketID.ValueString(), state.AccessKeyID.ValueString(), api.Permissions{})
	if err != nil && !api.NotFound(err) {
		failed(&response.Diagnostics, "Can't take away "+state.what(), err)
	}
}

// ImportState takes BUCKET/ACCESS_KEY_ID, where the bucket is its identifier or
// one of its global aliases.
func (r *permissionResource) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	name, key, whole := strings.Cut(request.ID, "/")
	if !whole || name == "" || key == "" {
		response.Diagnostics.AddError(fmt.Sprintf("Can't import the permission %q", request.ID),
			"The import id of a permission is BUCKET/ACCESS_KEY_ID; the bucket is its id or its name.")
		return
	}
	read := r.client.BucketByAlias
	if bucketID.MatchString(name) {
		read = r.client.BucketByID
	}
	bucket, err := read(ctx, name)
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't import the permission %q", request.ID), err)
		return
	}
	imported := permissionModel{BucketID: types.StringValue(bucket.ID), AccessKeyID: types.StringValue(key)}
	if !imported.fill(bucket) {
		response.Diagnostics.AddError(fmt.Sprintf("Can't import the permission %q", request.ID),
			fmt.Sprintf("Key %q may do nothing in bucket %q, so there is nothing to import.", key, name))
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &imported)...)
}

package provider

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"lab.invalid/terraform-provider-garage/internal/api"
)

// bucketName is S3's rule for names that work as host names too.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// bucketID is how Garage writes a bucket's identifier.
var bucketID = regexp.MustCompile(`^[0-9a-f]{64}$`)

type bucketResource struct{ client *api.Client }

var (
	_ resource.ResourceWithConfigure   = &bucketResource{}
	_ resource.ResourceWithImportState = &bucketResource{}
)

func (r *bucketResource) Metadata(_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_bucket"
}

func (r *bucketResource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "A bucket, the name it answers to, whether it is served as a website, and its limits.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The bucket's identifier, 64 hexadecimal digits. It stays when the bucket is renamed.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"global_alias": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The name that S3 clients and browsers use, unique in the cluster: 3 to 63 lower-case letters, digits, hyphens and dots. Changing it renames the bucket, objects and all.",
				Validators: []validator.String{
					stringvalidator.RegexMatches(bucketName, "must be 3 to 63 lower-case letters, digits, hyphens and dots, and begin and end with a letter or a digit"),
				},
			},
			"website": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Serves the bucket as a public website. Left out: it isn't one.",
				Attributes: map[string]schema.Attribute{
					"index_document": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "The object that is served for an address that ends in `/`, such as `index.html`.",
						Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
					},
					"error_document": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "The object that is served when there is none, such as `404.html`.",
						Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
					},
				},
			},
			"quotas": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Limits of the bucket. Left out: none.",
				Attributes: map[string]schema.Attribute{
					"max_size": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "The most that all objects together may hold, in bytes.",
						Validators:          []validator.Int64{int64validator.AtLeast(1), quotaNeedsOne()},
					},
					"max_objects": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "The most objects that the bucket may hold.",
						Validators:          []validator.Int64{int64validator.AtLeast(1), quotaNeedsOne()},
					},
				},
			},
		},
	}
}

// quotaNeedsOne refuses a quotas block that limits nothing: Garage keeps no trace
// of one, so it would show as drift for ever.
func quotaNeedsOne() validator.Int64 {
	quotas := path.MatchRelative().AtParent()
	return int64validator.AtLeastOneOf(quotas.AtName("max_size"), quotas.AtName("max_objects"))
}

func (r *bucketResource) Configure(_ context.Context, request resource.ConfigureRequest, response *resource.ConfigureResponse) {
	r.client = client(request.ProviderData, &response.Diagnostics)
}

func (r *bucketResource) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var plan bucketModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	alias := plan.GlobalAlias.ValueString()
	bucket, err := r.client.CreateBucket(ctx, alias)
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't create the bucket %q", alias), err)
		return
	}
	// The bucket exists from here on: whatever follows, the state knows it.
	created := bucketModel{}
	created.fill(bucket, alias)
	response.Diagnostics.Append(response.State.Set(ctx, &created)...)
	if !plan.hasSettings() {
		return
	}
	bucket, err = r.client.UpdateBucket(ctx, bucket.ID, plan.settings())
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("The bucket %q is made, but its settings were refused", alias), err)
		return
	}
	plan.fill(bucket, alias)
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
}

func (r *bucketResource) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var state bucketModel
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	bucket, err := r.client.BucketByID(ctx, state.ID.ValueString())
	if api.NotFound(err) {
		response.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't read the bucket %q", state.name()), err)
		return
	}
	state.fill(bucket, state.GlobalAlias.ValueString())
	response.Diagnostics.Append(response.State.Set(ctx, &state)...)
}

func (r *bucketResource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var plan, state bucketModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	id, from, to := state.ID.ValueString(), state.GlobalAlias.ValueString(), plan.GlobalAlias.ValueString()
	if from != to {
		if err := r.client.RenameBucket(ctx, id, from, to); err != nil {
			failed(&response.Diagnostics, fmt.Sprintf("Can't rename the bucket %q to %q", from, to), err)
			return
		}
		// A failure below must not make the next run rename it again.
		response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("global_alias"), to)...)
	}
	bucket, err := r.client.UpdateBucket(ctx, id, plan.settings())
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't change the settings of the bucket %q", to), err)
		return
	}
	plan.fill(bucket, to)
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
}

func (r *bucketResource) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var state bucketModel
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	if err := r.client.DeleteBucket(ctx, state.ID.ValueString()); err != nil && !api.NotFound(err) {
		failed(&response.Diagnostics, fmt.Sprintf("Can't delete the bucket %q", state.name()), err)
	}
}

// ImportState takes a bucket's identifier, or one of its global aliases.
func (r *bucketResource) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	read, alias := r.client.BucketByAlias, request.ID
	if bucketID.MatchString(request.ID) {
		read, alias = r.client.BucketByID, ""
	}
	bucket, err := read(ctx, request.ID)
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't import the bucket %q", request.ID), err)
		return
	}
	imported := bucketModel{}
	imported.fill(bucket, alias)
	response.Diagnostics.Append(response.State.Set(ctx, &imported)...)
}

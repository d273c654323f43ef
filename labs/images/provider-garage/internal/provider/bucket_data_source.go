package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"lab.invalid/terraform-provider-garage/internal/api"
)

type bucketDataSource struct{ client *api.Client }

var _ datasource.DataSourceWithConfigure = &bucketDataSource{}

type bucketDataModel struct {
	bucketModel
	Objects types.Int64 `tfsdk:"objects"`
	Bytes   types.Int64 `tfsdk:"bytes"`
}

func (d *bucketDataSource) Metadata(_ context.Context, request datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_bucket"
}

func (d *bucketDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "Reads a bucket that something else manages.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "The bucket's identifier. Give this or `global_alias`.",
				Validators: []validator.String{
					stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("global_alias")),
				},
			},
			"global_alias": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "The bucket's name. Give this or `id`.",
			},
			"website": schema.SingleNestedAttribute{
				Computed:            true,
				MarkdownDescription: "How it is served as a website; null when it isn't.",
				Attributes: map[string]schema.Attribute{
					"index_document": schema.StringAttribute{Computed: true, MarkdownDescription: "Served for an address that ends in `/`."},
					"error_document": schema.StringAttribute{Computed: true, MarkdownDescription: "Served when there is no such object."},
				},
			},
			"quotas": schema.SingleNestedAttribute{
				Computed:            true,
				MarkdownDescription: "Its limits; null when it has none.",
				Attributes: map[string]schema.Attribute{
					"max_size":    schema.Int64Attribute{Computed: true, MarkdownDescription: "In bytes."},
					"max_objects": schema.Int64Attribute{Computed: true, MarkdownDescription: "In objects."},
				},
			},
			"objects": schema.Int64Attribute{Computed: true, MarkdownDescription: "How many objects it holds."},
			"bytes":   schema.Int64Attribute{Computed: true, MarkdownDescription: "How many bytes these hold together."},
		},
	}
}

func (d *bucketDataSource) Configure(_ context.Context, request datasource.ConfigureRequest, response *datasource.ConfigureResponse) {
	d.client = client(request.ProviderData, &response.Diagnostics)
}

func (d *bucketDataSource) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	var model bucketDataModel
	response.Diagnostics.Append(request.Config.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	alias := model.GlobalAlias.ValueString()
	read, wanted := d.client.BucketByAlias, alias
	if alias == "" {
		read, wanted = d.client.BucketByID, model.ID.ValueString()
	}
	bucket, err := read(ctx, wanted)
	if err != nil {
		failed(&response.Diagnostics, fmt.Sprintf("Can't read the bucket %q", wanted), err)
		return
	}
	model.fill(bucket, alias)
	model.Objects, model.Bytes = types.Int64Value(bucket.Objects), types.Int64Value(bucket.Bytes)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// answering starts a server that gives its answers one after the other, and
// returns a client for it and what it was asked.
func answering(t *testing.T, answers ...func(http.ResponseWriter)) (*Client, *[]*http.Request, *[]string) {
	t.Helper()
	var requests []*http.Request
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		requests, bodies = append(requests, request), append(bodies, string(body))
		answers[min(len(requests), len(answers))-1](writer)
	}))
	t.Cleanup(server.Close)
	client, err := New(server.URL+"/", "a token", "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	client.pauses = []time.Duration{time.Millisecond, time.Millisecond}
	return client, &requests, &bodies
}

func answer(status int, body string) func(http.ResponseWriter) {
	return func(writer http.ResponseWriter) {
		writer.WriteHeader(status)
		_, _ = io.WriteString(writer, body)
	}
}

func TestARequestCarriesTokenAndVersion(t *testing.T) {
	client, requests, _ := answering(t, answer(200, `{"id":"b1","globalAliases":["a"]}`))
	bucket, err := client.BucketByAlias(context.Background(), "a&b")
	if err != nil || bucket.ID != "b1" || !bucket.HasAlias("a") || bucket.HasAlias("b") {
		t.Fatal(bucket, err)
	}
	request := (*requests)[0]
	if request.URL.String() != "/v2/GetBucketInfo?globalAlias=a%26b" {
		t.Error(request.URL)
	}
	if request.Header.Get("Authorization") != "Bearer a token" || request.Header.Get("User-Agent") != "terraform-provider-garage/1.2.3" {
		t.Error(request.Header)
	}
}

func TestAnAnswerOfGarageIsTold(t *testing.T) {
	client, requests, _ := answering(t, answer(409, `{"code":"BucketNotEmpty","message":"Tried to delete a non-empty bucket"}`))
	err := client.DeleteBucket(context.Background(), "b1")
	if err == nil || err.Error() != "DeleteBucket: Garage answered 409 BucketNotEmpty: Tried to delete a non-empty bucket" {
		t.Error(err)
	}
	if !HasCode(err, "Other", "BucketNotEmpty") || NotFound(err) || Refused(err) || Unreachable(err) {
		t.Error("misread", err)
	}
	if len(*requests) != 1 {
		t.Error("an answer isn't asked for again")
	}
}

func TestWhatIsNotGarageIsTold(t *testing.T) {
	client, _, _ := answering(t, answer(404, "<html>\nno such page\n"))
	if err := client.DeleteKey(context.Background(), "k"); err == nil || !strings.Contains(err.Error(), "404: <html>\nno such page") {
		t.Error(err)
	}
	client, _, _ = answering(t, answer(200, "<html>"))
	if _, err := client.Key(context.Background(), "k"); err == nil || !strings.Contains(err.Error(), "doesn't answer as Garage's admin API does") {
		t.Error(err)
	}
}

func TestReadingIsRepeatedAndWritingIsNot(t *testing.T) {
	client, requests, _ := answering(t, answer(503, "busy"), answer(500, "still"), answer(200, `{"accessKeyId":"GK1"}`))
	if key, err := client.Key(context.Background(), "GK1"); err != nil || key.AccessKeyID != "GK1" || len(*requests) != 3 {
		t.Error(key, err, len(*requests))
	}
	client, requests, _ = answering(t, answer(503, "busy"), answer(200, "{}"))
	if _, err := client.CreateKey(context.Background(), "deploy"); err == nil || len(*requests) != 1 {
		t.Error(err, len(*requests))
	}
}

func TestNobodyThere(t *testing.T) {
	client, err := New("http://127.0.0.1:1", "t", "1")
	if err != nil {
		t.Fatal(err)
	}
	client.pauses = []time.Duration{time.Millisecond, time.Millisecond}
	err = client.DeleteKey(context.Background(), "k")
	if !Unreachable(err) || Refused(err) || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := client.DeleteKey(cancelled, "k"); err == nil {
		t.Error("a cancelled call succeeded")
	}
}

func TestAnAddressThatIsNone(t *testing.T) {
	for _, address := range []string{"", "garage:3903", "localhost", "ftp://x", "http://", "http://a b"} {
		if _, err := New(address, "t", "1"); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}

func TestPermissionsAreMadeExact(t *testing.T) {
	for _, test := range []struct {
		wanted Permissions
		calls  []string
	}{
		{Permissions{Read: true, Write: true}, []string{"/v2/DenyBucketKey", "/v2/AllowBucketKey"}},
		{Permissions{Read: true, Write: true, Owner: true}, []string{"/v2/AllowBucketKey"}},
		{Permissions{}, []string{"/v2/DenyBucketKey"}},
	} {
		client, requests, bodies := answering(t, answer(200, "{}"))
		if _, err := client.SetPermissions(context.Background(), "b", "k", test.wanted); err != nil {
			t.Fatal(err)
		}
		if len(*requests) != len(test.calls) {
			t.Fatalf("%+v: %d calls", test.wanted, len(*requests))
		}
		for index, path := range test.calls {
			if (*requests)[index].URL.Path != path {
				t.Errorf("%+v: %s", test.wanted, (*requests)[index].URL)
			}
			var sent struct{ Permissions Permissions }
			if err := json.Unmarshal([]byte((*bodies)[index]), &sent); err != nil {
				t.Fatal(err)
			}
			inverse := Permissions{!test.wanted.Read, !test.wanted.Write, !test.wanted.Owner}
			if want := map[string]Permissions{"/v2/AllowBucketKey": test.wanted, "/v2/DenyBucketKey": inverse}[path]; sent.Permissions != want {
				t.Errorf("%s: %+v", path, sent.Permissions)
			}
		}
	}
}

func TestSettingsReplaceAsAWhole(t *testing.T) {
	client, _, bodies := answering(t, answer(200, "{}"))
	page, most := "404.html", int64(5)
	settings := BucketSettings{Website: &Website{IndexDocument: "index.html", ErrorDocument: &page}, Quotas: Quotas{MaxObjects: &most}}
	for _, settings := range []BucketSettings{settings, {}} {
		if _, err := client.UpdateBucket(context.Background(), "b", settings); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		`{"quotas":{"maxSize":null,"maxObjects":5},"websiteAccess":{"enabled":true,"errorDocument":"404.html","indexDocument":"index.html"}}`,
		`{"quotas":{"maxSize":null,"maxObjects":null},"websiteAccess":{"enabled":false}}`,
	}
	for index := range want {
		if (*bodies)[index] != want[index] {
			t.Error((*bodies)[index])
		}
	}
}

func TestTheNewNameComesBeforeTheOldOneGoes(t *testing.T) {
	client, requests, bodies := answering(t, answer(200, "{}"))
	if err := client.RenameBucket(context.Background(), "b", "old", "new"); err != nil {
		t.Fatal(err)
	}
	if (*requests)[0].URL.Path != "/v2/AddBucketAlias" || !strings.Contains((*bodies)[0], "new") ||
		(*requests)[1].URL.Path != "/v2/RemoveBucketAlias" || !strings.Contains((*bodies)[1], "old") {
		t.Error(*bodies)
	}
	client, requests, _ = answering(t, answer(400, `{"code":"InvalidRequest","message":"Alias new already exists"}`))
	if err := client.RenameBucket(context.Background(), "b", "old", "new"); err == nil || len(*requests) != 1 {
		t.Error("the old name went though the new one was refused")
	}
}

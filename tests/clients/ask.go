// Asks the AWS SDK for Go v2, and prints the keys as a line of JSON. It is built with the packages of Debian.
package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// Releases before 1.23 do not read the variable.
func endpoint(service, region string, options ...interface{}) (aws.Endpoint, error) {
	if service != "STS" {
		return aws.Endpoint{}, &aws.EndpointNotFoundError{}
	}
	return aws.Endpoint{URL: os.Getenv("AWS_ENDPOINT_URL_STS")}, nil
}

func ask() map[string]string {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	resolver := config.WithEndpointResolverWithOptions(aws.EndpointResolverWithOptionsFunc(endpoint))
	loaded, err := config.LoadDefaultConfig(ctx, config.WithDefaultRegion("us-east-1"), resolver)
	if err != nil {
		return map[string]string{"error": err.Error()}
	}
	keys, err := loaded.Credentials.Retrieve(ctx)
	if err != nil {
		return map[string]string{"error": err.Error()}
	}
	return map[string]string{
		"access_key_id":     keys.AccessKeyID,
		"secret_access_key": keys.SecretAccessKey,
		"session_token":     keys.SessionToken,
	}
}

func main() {
	json.NewEncoder(os.Stdout).Encode(ask())
}

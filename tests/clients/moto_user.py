"""Makes a user with a key and an MFA device in moto, while it still lets anybody in, and prints them."""

import json
import sys

import boto3

iam = boto3.client("iam", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
iam.create_user(UserName="ada")
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
iam.put_user_policy(UserName="ada", PolicyName="all", PolicyDocument=json.dumps(policy))
serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="ada")["VirtualMFADevice"]["SerialNumber"]
key = iam.create_access_key(UserName="ada")["AccessKey"]
print(json.dumps({"serial": serial, "access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}))

"""What boto3 makes of the profile in AWS_PROFILE: its key id and token, and who STS says that it is."""

import json

import boto3
import botocore.exceptions

session = boto3.Session()
credentials = session.get_credentials()
seen = {"access_key_id": credentials and credentials.access_key, "session_token": credentials and credentials.token}
try:
    seen["arn"] = session.client("sts", region_name="us-east-1").get_caller_identity()["Arn"]
except (botocore.exceptions.ClientError, botocore.exceptions.NoCredentialsError) as error:
    seen["error"] = str(error)
print(json.dumps(seen))

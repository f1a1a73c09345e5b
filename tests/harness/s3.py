"""An S3 server for tests, with a bucket `contents`, for as long as its standard input is open. Says where it listens."""

import sys

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
client = boto3.client(
    "s3",
    endpoint_url=f"http://{host}:{port}",
    region_name="us-east-1",
    aws_access_key_id="tests",
    aws_secret_access_key="tests",
)
client.create_bucket(Bucket="contents")
print(f"{host}:{port}", flush=True)
sys.stdin.read()

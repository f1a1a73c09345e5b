"""An S3 server for tests, with a bucket `contents`, for as long as its standard input is open. Says where it listens.

With a path it speaks HTTPS, as localhost, with a certificate that nobody else has signed, in that path with `.crt`.
"""

import sys
from threading import Thread

import boto3
from moto.moto_server.werkzeug_app import MotoRequestHandler
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server, make_ssl_devcert

certificate = make_ssl_devcert(sys.argv[1], host="localhost") if len(sys.argv) > 1 else None
application = DomainDispatcherApplication(create_backend_app)
server = make_server(
    "127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler, ssl_context=certificate
)
Thread(target=server.serve_forever, daemon=True).start()
client = boto3.client(
    "s3",
    endpoint_url=f"https://localhost:{server.port}" if certificate else f"http://127.0.0.1:{server.port}",
    verify=certificate and certificate[0],
    region_name="us-east-1",
    aws_access_key_id="tests",
    aws_secret_access_key="tests",
)
client.create_bucket(Bucket="contents")
print(f"127.0.0.1:{server.port}", flush=True)
sys.stdin.read()

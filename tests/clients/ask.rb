# Asks the AWS SDK for Ruby v3, once for each line of standard input: {"variables": {...}} in, the keys out. Each question
# is answered by a process of its own, since the SDK keeps what it has read.
require "json"
require "aws-sdk-core"

def ask
  # Releases before 3.176 do not read the variable.
  Aws.config[:sts] = { endpoint: ENV["AWS_ENDPOINT_URL_STS"] }
  keys = Aws::STS::Client.new(region: "us-east-1", retry_limit: 0).config.credentials
  keys = keys.credentials if keys.respond_to?(:credentials)
  return { error: "no credentials" } if keys.nil? || keys.access_key_id.nil?

  { access_key_id: keys.access_key_id, secret_access_key: keys.secret_access_key, session_token: keys.session_token }
rescue Exception => e
  { error: "#{e.class}: #{e.message}" }
end

$stdout.sync = true
$stdin.each_line do |line|
  question = JSON.parse(line)
  reader, writer = IO.pipe
  child = fork do
    ENV.replace(question["variables"])
    writer.puts(JSON.generate(ask))
    exit!(0)
  end
  writer.close
  puts(reader.read.lines.last || '{"error": "no answer"}')
  Process.wait(child)
end

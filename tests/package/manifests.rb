#!/usr/bin/env ruby
# Checks the manifests that .ci/manifests has written: they are well formed, each URL names an archive of the folder and
# has its checksum, and the files that they install are in the archive.
#
# usage: tests/package/manifests.rb FOLDER VERSION

require "digest"
require "json"
require "yaml"

FOLDER, VERSION = ARGV
URL = "https://github.com/owner/awsmfa/releases/download/v#{VERSION}/"

# Makes sure that a checksum is that of the archive at a URL, and returns the folder with its content.
def content(url, checksum)
  name = url.delete_prefix(URL)
  path = File.join(FOLDER, name)
  abort "#{url}: no such archive" unless name != url && File.file?(path)
  abort "#{url}: has another checksum" if Digest::SHA256.file(path).hexdigest != checksum.downcase
  path.sub(/\.(tgz|zip)$/, "")
end

def present(path)
  abort "#{path}: is not in the archive" unless File.file?(path)
end

def same(one, other)
  abort "#{one.inspect} is not #{other.inspect}" if one != other
end

# Stands in for a folder of Homebrew, such as `bin` or `man1`.
class Place
  def install(*paths)
    paths = paths.flatten.map { |path| path.is_a?(Hash) ? path.keys.first : path }
    abort "there is nothing to install" if paths.empty?
    paths.each { |path| present(path) }
  end
end

# Stands in for Homebrew's class: notes the fields, and runs all blocks but `test`.
class Formula
  FIELDS = Hash.new { |fields, name| fields[name] = [] }

  class << self
    def method_missing(name, *values) = block_given? ? yield : FIELDS[name].concat(values)
    def respond_to_missing?(*) = true
    def test = nil
  end

  def method_missing(*) = Place.new
  def respond_to_missing?(*) = true
end

load File.join(FOLDER, "awsmfa.rb")
same Formula::FIELDS[:version], [VERSION]
same Formula::FIELDS[:url].uniq.size, 4
Formula::FIELDS[:url].zip(Formula::FIELDS[:sha256]) do |url, checksum|
  Dir.chdir(content(url, checksum)) { Awsmfa.new.install }
end

scoop = JSON.parse(File.read(File.join(FOLDER, "awsmfa.json")))
same scoop["version"], VERSION
now = scoop["architecture"]["64bit"]
present File.join(File.dirname(content(now["url"], now["hash"])), now["extract_dir"], scoop["bin"])
later = scoop["autoupdate"]["architecture"]["64bit"].transform_values { |value| value.gsub("$version", VERSION) }
same later, now.except("hash")

winget = Dir[File.join(FOLDER, "owner.awsmfa*.yaml")].to_h do |path|
  manifest = YAML.safe_load_file(path)
  same manifest.values_at("PackageIdentifier", "PackageVersion"), ["owner.awsmfa", VERSION]
  [manifest["ManifestType"], manifest]
end
same winget.keys.sort, ["defaultLocale", "installer", "version"]
same winget["version"]["DefaultLocale"], winget["defaultLocale"]["PackageLocale"]
installer = winget["installer"]["Installers"].first
nested = winget["installer"]["NestedInstallerFiles"].first
folder = File.dirname(content(installer["InstallerUrl"], installer["InstallerSha256"]))
present File.join(folder, nested["RelativeFilePath"].tr("\\", "/"))

Dir[File.join(FOLDER, "*.{rb,json,yaml}")].each do |path|
  abort "#{path}: a placeholder is left" if File.read(path).match?(/@[A-Z]/)
end

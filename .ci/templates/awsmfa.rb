class Awsmfa < Formula
  desc "Exchanges an MFA code for a temporary AWS session that every AWS tool finds"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@DOWNLOADS@/awsmfa-@VERSION@-aarch64-apple-darwin.tgz"
      sha256 "@SHA256 aarch64-apple-darwin.tgz@"
    end
    on_intel do
      url "@DOWNLOADS@/awsmfa-@VERSION@-x86_64-apple-darwin.tgz"
      sha256 "@SHA256 x86_64-apple-darwin.tgz@"
    end
  end

  on_linux do
    on_arm do
      url "@DOWNLOADS@/awsmfa-@VERSION@-aarch64-unknown-linux-musl.tgz"
      sha256 "@SHA256 aarch64-unknown-linux-musl.tgz@"
    end
    on_intel do
      url "@DOWNLOADS@/awsmfa-@VERSION@-x86_64-unknown-linux-musl.tgz"
      sha256 "@SHA256 x86_64-unknown-linux-musl.tgz@"
    end
  end

  def install
    bin.install "awsmfa"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/awsmfa.bash" => "awsmfa"
    zsh_completion.install "completions/_awsmfa"
    fish_completion.install "completions/awsmfa.fish"
    doc.install "README.md", "CHANGELOG.md", "awsmfa.cdx.json"
  end

  test do
    assert_match "awsmfa #{version}", shell_output("#{bin}/awsmfa --version")
  end
end

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// For its code.
import { ERC1967Proxy } from "../../src/base/Proxy.sol";
import { Test } from "./Test.sol";

/// @title Puts contracts at the addresses that they have in genesis, the way genesis does it: the creation code runs
/// at the final address, and what it returns stays there.
abstract contract Deploy is Test {
    error CreationFailed(address target, bytes reason);

    /// @notice The creation code of a contract: of the release, the way a network runs it, where the environment names
    /// the release's folder in `NEXQLOUD_RELEASE`; otherwise as the tests themselves are compiled.
    function creationCodeOf(string memory name) internal view returns (bytes memory) {
        if (!isRelease()) return vm.getCode(string.concat(name, ".sol:", name));
        return vm.getCode(string.concat(_release(), "/", name, ".sol/", name, ".json"));
    }

    /// @notice Whether the code of the release is tested.
    function isRelease() internal view returns (bool) {
        return bytes(_release()).length > 0;
    }

    function _release() private view returns (string memory) {
        return vm.envOr("NEXQLOUD_RELEASE", string(""));
    }

    function deployAt(address target, bytes memory creationCode) internal {
        vm.etch(target, creationCode);
        (bool created, bytes memory code) = target.call("");
        if (!created) revert CreationFailed(target, code);
        vm.etch(target, code);
    }

    /// @dev The implementation of the proxy at `...0n` stands at `...1n`.
    function deployProxyAt(address target, bytes memory creationCode, bytes memory initialize) internal {
        address implementation = implementationOf(target);
        deployAt(implementation, creationCode);
        deployAt(
            target, abi.encodePacked(creationCodeOf("ERC1967Proxy"), abi.encode(implementation, initialize))
        );
    }

    function implementationOf(address proxy) internal pure returns (address) {
        return address(uint160(proxy) + 0x10);
    }
}

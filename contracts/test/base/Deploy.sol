// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import { Test } from "./Test.sol";

/// @title Puts contracts at the addresses that they have in genesis, the way genesis does it: the creation code runs
/// at the final address, and what it returns stays there.
abstract contract Deploy is Test {
    error CreationFailed(address target, bytes reason);

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
            target, abi.encodePacked(type(ERC1967Proxy).creationCode, abi.encode(implementation, initialize))
        );
    }

    function implementationOf(address proxy) internal pure returns (address) {
        return address(uint160(proxy) + 0x10);
    }
}

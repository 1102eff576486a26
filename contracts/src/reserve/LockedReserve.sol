// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title 10,500,000 NXQ that stay locked.
/// @dev Immutable, and without any function that moves money: this first reserve is shut. The one that opens when
/// price, adoption and a vote agree takes its place in a genesis that has votes.
contract LockedReserve {
    /// @notice What is locked, in wei.
    function locked() external view returns (uint256) {
        return address(this).balance;
    }
}

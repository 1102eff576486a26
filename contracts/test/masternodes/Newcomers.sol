// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IMasternodes, MasternodeStatus } from "../../src/masternodes/IMasternodes.sol";
import { Network } from "../network/Network.sol";

/// @title Newcomers beside the founding masternodes of the whole network.
abstract contract Newcomers is Network {
    /// @dev Its hot key is `signer`; whoever earns is `boss`.
    address internal signer = makeAddr("a hot key");
    address internal boss = makeAddr("an operator");

    function wanted() internal view returns (IMasternodes.Registration memory) {
        return IMasternodes.Registration({
            operator: boss,
            tlsKeyHash: keccak256("a masternode's tls key"),
            region: "us-east-1",
            endpoint: "newcomer.example:4433"
        });
    }

    function register(address from) internal returns (uint32) {
        vm.deal(from, STAKE);
        vm.prank(from);
        return MASTERNODES.register{ value: STAKE }(wanted());
    }

    function admit(uint32 id) internal {
        vm.prank(owner);
        MASTERNODES.admit(id);
    }

    function endMembership(uint32 id) internal {
        vm.prank(owner);
        MASTERNODES.startLeaving(id);
    }

    /// @dev As the settlement does when a file is posted.
    function postFile(uint32 id, uint256 period) internal {
        uint8 seat = MASTERNODES.masternode(id).seat;
        vm.prank(address(SETTLEMENT));
        MASTERNODES.recordFile(seat, period);
    }

    function assertStatus(uint32 id, MasternodeStatus expected, string memory what) internal view {
        assertEq(uint256(MASTERNODES.masternode(id).status), uint256(expected), what);
    }
}
